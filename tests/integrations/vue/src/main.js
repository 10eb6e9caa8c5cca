import { createApp } from "vue";
import { createRouter, createWebHistory } from "vue-router";
import App from "./App.vue";
import Course from "./Course.vue";
import Home from "./Home.vue";

const routes = [
  { path: "/", component: Home },
  { path: "/course", component: Course },
];

createApp(App)
  .use(createRouter({ history: createWebHistory(), routes }))
  .mount("#app");
