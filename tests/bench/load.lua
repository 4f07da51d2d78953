-- SPDX-License-Identifier: Apache-2.0
-- For wrk: what is asked, and one line at the end, "requests/s errors 1/p99". Arguments:
--   (none)         GET of the URL
--   bearer FILE    … with the tokens of FILE in turn, the session id as query (only the limit program reads it)
--   login USERS    POST of a login form, the users in turn

local requests, next_request = {}, 0

function init(arguments)
  if arguments[1] == "bearer" then
    for line in io.lines(arguments[2]) do
      local token, session = line:match("^(%S+) (%S+)$")
      requests[#requests + 1] = wrk.format("GET", wrk.path .. "?" .. session, {["Authorization"] = "Bearer " .. token})
    end
  elseif arguments[1] == "login" then
    local form = {["Content-Type"] = "application/x-www-form-urlencoded"}
    for user = 1, tonumber(arguments[2]) do
      local body = ("username=bench_%08d&password=correct+horse+battery+staple"):format(user)
      requests[user] = wrk.format("POST", nil, form, body)
    end
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
