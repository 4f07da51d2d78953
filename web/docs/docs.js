// SPDX-License-Identifier: Apache-2.0
// Shows GET /openapi.json. What is typed under Authorize stays in this page's memory and is gone with it.
"use strict";

SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  validatorUrl: null, // by default its maker's server is shown the description
});
