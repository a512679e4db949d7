// Without a network: the rosters that this device still has.

import { HOURS, rosters } from "./roster-store.js";

const list = document.querySelector("[data-kept-list]");
const fresh = (await rosters()).filter((each) => each.title && Date.now() - each.at < HOURS * 3_600_000);
for (const each of fresh) {
  const link = document.createElement("a");
  link.href = `/rosters/${each.meeting}`;
  link.textContent = each.title;
  const line = document.createElement("li");
  line.append(link);
  list.querySelector("ul").append(line);
}
list.hidden = !fresh.length;
