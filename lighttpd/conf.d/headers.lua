-- SPDX-License-Identifier: Apache-2.0
-- What a browser is told about every answer of ours. Cache-Control, Vary and CORS are the handlers': nothing here touches
-- them, but an answer that no handler made (and none but theirs may be kept) is not to be stored.
-- X-XSS-Protection is left out: no browser has that filter any more, and where one had, pages could be read through it.

local API = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
local PAGES = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; " ..
  "base-uri 'none'"
-- The page calls the API it describes and nobody else; the pictures of its style sheet stand in it (data:).
local DOCS = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " ..
  "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

local r = lighty.r
local header = r.resp_header
local path = r.req_attr["uri.path"] or ""

local policy = API
if path == "/" or path:find("^/sign%-in/?$") or path:find("^/sign%-out/?$") then policy = PAGES end
if path:find("^/docs/") then policy = DOCS end

header["Content-Security-Policy"] = policy
header["X-Content-Type-Options"] = "nosniff"
header["X-Frame-Options"] = "DENY"
header["Referrer-Policy"] = "same-origin"
header["Permissions-Policy"] = "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), " ..
  "payment=(), usb=()"
header["Cross-Origin-Opener-Policy"] = "same-origin"
header["Cross-Origin-Embedder-Policy"] = "require-corp"
-- Keeps answers out of other sites' <img> and <script>; a fetch that CORS allows is not asked this.
header["Cross-Origin-Resource-Policy"] = "same-origin"
-- A browser minds this on https only, where the scheme is known as soon as the request can be read.
if r.req_attr["uri.scheme"] == "https" then header["Strict-Transport-Security"] = "max-age=31536000" end
local is_static = path:find("^/docs/") or path:find("^/assets/")
if is_static and r.req_item.http_status >= 400 then
  header["Content-Type"] = "application/problem+json"
  header["Cache-Control"] = "no-store"
end
-- The style sheet is on the guard's pages too, which stand on the guarded sites.
if path:find("^/assets/") and r.req_item.http_status < 400 then
  header["Cross-Origin-Resource-Policy"] = "cross-origin"
end
if not header["Cache-Control"] then header["Cache-Control"] = "no-store" end
return 0
