-- SPDX-License-Identifier: Apache-2.0
-- The last look at an answer of a guarded site. lighttpd lets a request through when its authorizer ended without a word
-- or without a status, and only the guard can say `pass`: an answer that it neither allowed nor gave itself is not sent.
local r = lighty.r
local header = r.resp_header
-- Raw, since mod_fastcgi has cut the other in two.
local path = r.req_attr["uri.path-raw"] or ""

local is_allowed = r.req_env["GATEHOUSE_DECISION"] == "pass"
if not is_allowed and not header["X-Gatehouse-Guard"] and path ~= "/.gatehouse/return" then
  for name in pairs(header) do header[name] = nil end
  header["Content-Type"] = "application/problem+json"
  header["Cache-Control"] = "no-store"
  header["X-Gatehouse-Guard"] = "none"
  -- What can't be read, lighttpd has refused before anybody was asked.
  if r.req_item.http_status == 400 then
    r.resp_body:set({
      '{"type":"urn:gatehouse:problem:malformed","title":"Malformed request","status":400,' ..
        '"detail":"this request can\'t be read"}'
    })
    return 400
  end
  r.resp_body:set({
    '{"type":"urn:gatehouse:problem:unavailable","title":"Temporarily unavailable","status":503,' ..
      '"detail":"try again in a moment"}'
  })
  return 503
end

-- What one person may see is nobody else's to keep; the site's other headers stay as they are.
if is_allowed then
  local kept = header["Cache-Control"]
  if not kept or not (kept:find("private", 1, true) or kept:find("no-store", 1, true)) then
    header["Cache-Control"] = "private"
  end
  local vary = header["Vary"]
  header["Vary"] = (vary and vary .. ", " or "") .. "Cookie, Authorization"
end
return 0
