// The islands of every page. Each listens on the document, so that pieces swapped in work too.
import "./copy.js";
import "./dialog.js";
import "./menu.js";
import "./fields.js";
import "./editors.js";
import "./picker.js";
import "./upload.js";
import "./permissions.js";
import "./matrix.js";
import { follow } from "./log_tail.js";

document.querySelectorAll("[data-log-tail]").forEach(follow);
