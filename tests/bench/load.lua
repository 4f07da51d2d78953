-- SPDX-License-Identifier: Apache-2.0
-- For wrk: what is asked, and one line at the end, "requests/s errors 1/p99". Arguments:
--   (none)         GET of the URL
--   bearer FILE    … with the tokens of FILE in turn, the session id as query (only the limit program reads it)
--   bearer FILE N  … each from another of N addresses, for a front server that believes X-Forwarded-For
--   key FILE       … with the API keys of FILE in turn, the key's hash as query (likewise)
--   guard FILE     … with the guard's cookies of FILE in turn, the session id as query (likewise)
--   login USERS    POST of a login form, the users in turn
--   refresh FILE   POST of a refresh token, first those of FILE, then what came back for them: each is used once

local requests, next_request = {}, 0
local tokens, first, last = {}, 1, 0

-- wrk does not say which connection it asks for, and need not: there are more sessions than connections. Where no token
-- came back an empty one is sent next, which is refused and counted.
local function refresh()
  local token = tokens[first] or ""
  tokens[first] = nil
  if first <= last then first = first + 1 end
  return wrk.format("POST", nil, {["Content-Type"] = "application/json"}, ('{"refresh_token":"%s"}'):format(token))
end

local function keep_token(status, headers, body)
  last = last + 1
  tokens[last] = body:match('"refresh_token":"([^"]+)"') or ""
end

function init(arguments)
  if arguments[1] == "bearer" then
    for line in io.lines(arguments[2]) do
      local token, session = line:match("^(%S+) (%S+)$")
      requests[#requests + 1] = wrk.format("GET", wrk.path .. "?" .. session, {["Authorization"] = "Bearer " .. token})
    end
    local addresses = tonumber(arguments[3] or 0)
    if addresses > 0 then
      local plain = requests
      requests = {}
      for i = 1, addresses do
        local from = ("\r\nX-Forwarded-For: 10.0.%d.%d\r\n\r\n"):format(math.floor(i / 256), i % 256)
        requests[i] = plain[i % #plain + 1]:gsub("\r\n\r\n$", from)
      end
    end
  elseif arguments[1] == "key" then
    for line in io.lines(arguments[2]) do
      local key, hash = line:match("^(%S+) (%S+)$")
      requests[#requests + 1] = wrk.format("GET", wrk.path .. "?" .. hash, {["X-API-Key"] = key})
    end
  elseif arguments[1] == "guard" then
    for line in io.lines(arguments[2]) do
      local cookie, session = line:match("^(%S+) (%S+)$")
      requests[#requests + 1] = wrk.format("GET", wrk.path .. "?" .. session, {["Cookie"] = "guard=" .. cookie})
    end
  elseif arguments[1] == "login" then
    local form = {["Content-Type"] = "application/x-www-form-urlencoded"}
    for user = 1, tonumber(arguments[2]) do
      local body = ("username=bench_%08d&password=correct+horse+battery+staple"):format(user)
      requests[user] = wrk.format("POST", nil, form, body)
    end
  elseif arguments[1] == "refresh" then
    for token in io.lines(arguments[2]) do
      last = last + 1
      tokens[last] = token
    end
    request, response = refresh, keep_token
  else
    requests[1] = wrk.format("GET")
  end
end

function request()
  next_request = next_request % #requests + 1
  return requests[next_request]
end

function done(summary, latency)
  local e = summary.errors
  local wrong = e.connect + e.read + e.write + e.status + e.timeout
  print(("rate %.2f %d %.2f"):format(summary.requests / summary.duration * 1e6, wrong, 1e6 / latency:percentile(99)))
end
