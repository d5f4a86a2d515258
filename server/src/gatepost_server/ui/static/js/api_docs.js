// Starts swagger-ui on our document; what is tried out carries the page's token.
const api = document.getElementById("api");
window.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  requestInterceptor: (request) => {
    if (api.dataset.csrf) request.headers["X-Gatepost-CSRF"] = api.dataset.csrf;
    return request;
  },
});
