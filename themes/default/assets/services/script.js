import{loader as r,release as d,request as e}from"./vendor.js";var i=r({start:o=>{e(o.id,o,[new URL(o.id).origin])},stop:o=>d(o.id,o)});export{i as load};
