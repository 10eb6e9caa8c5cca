import{loader as r}from"./vendor.js";var a=r({start:({id:o})=>{new Image().src=o}});export{a as load};
