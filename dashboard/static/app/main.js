// Starts the pages: who is there, then the page of the address, inside the frame with its navigation.

import { paint } from "./colours.js";
import { Shell } from "./shell.js";
import { loadSession, session } from "./session.js";
import { createApp } from "./vue.js";

paint();
createApp(Shell).mount("#app");
loadSession().catch((error) => {
  session.state = "unreachable";
  session.problem = error.message;
});
