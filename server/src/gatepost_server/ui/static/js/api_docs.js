// Starts swagger-ui on our document; what is tried out carries the page's token.
const api = document.getElementById("api");
const root = document.documentElement;
const dark = window.matchMedia("(prefers-color-scheme: dark)");

function dress() {
  root.classList.toggle("dark-mode", root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
}

// The path of an operation stands in a button, where a link must not be.
function paths(system) {
  const wrapComponents = {
    DeepLink: (Link) => (said) =>
      system.React.createElement(said.path.includes("/") ? "span" : Link, said.path.includes("/") ? null : said, said.text),
  };
  return { wrapComponents };
}

dress();
dark.addEventListener("change", dress);
window.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  plugins: [paths],
  requestInterceptor: (request) => {
    if (api.dataset.csrf) request.headers["X-Gatepost-CSRF"] = api.dataset.csrf;
    return request;
  },
});
