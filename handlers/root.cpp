// SPDX-License-Identifier: Apache-2.0
#include "auth/site/site.h"
#include "endpoint/endpoint.h"

namespace gatehouse::handlers {
namespace {

constexpr Document kPage{"text/html; charset=utf-8", "a page saying what runs here"};

constexpr Policy kPolicy{
    .method = Method::Get,
    .promise = "Say what runs here. Every URL that no other executable serves comes here too, and is answered 404.",
    .access = Access::anonymous("a front door has no lock"),
    .limit = Limit::general,
    .answers = {{200, kPage}},
};

Result<Response> welcome(Context& c) { return Response::document(kPage.content_type, site::front_page(c)); }

}  // namespace

extern const Endpoint root{"/", {{kPolicy, welcome}}};
}  // namespace gatehouse::handlers
