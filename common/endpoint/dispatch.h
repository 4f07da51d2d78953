// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/process.h"
#include "endpoint/endpoint.h"
#include "http/request.h"
#include "http/response.h"

namespace gatehouse {

enum class Afterwards { go_on, end_process };

struct Outcome {
  Response response;
  Afterwards afterwards = Afterwards::go_on;  // after a failure nobody understands, a fresh process is the safe one
};

// The pipeline, once: every transport and every test calls exactly this. It always answers, and writes one log line.
Outcome dispatch(const Endpoint& endpoint, Process& process, const http::Request& request);

// What a process answers that must not serve: 503, and the reason in the log only.
Outcome refuse_to_serve(const std::string& endpoint, const LogSink& log, Time now, const std::string& why);

}  // namespace gatehouse
