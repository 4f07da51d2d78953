// SPDX-License-Identifier: Apache-2.0
#include "support/world.h"

namespace gatehouse::test {
namespace {

using Root = World;

TEST_F(Root, IsASmallPageThatLinksWhatRunsHere) {
  const Answer answer = get("root");
  EXPECT_EQ(answer.status, 200);
  for (const char* part : {"<title>Gatehouse</title>", "/openapi.json", "/.well-known/jwks.json", "/health/ready"}) {
    EXPECT_NE(answer.body.find(part), std::string::npos) << part;
  }
  EXPECT_EQ(changes(), "nothing");
}

TEST_F(Root, RunsNoScriptAndLoadsNothing) {
  const std::string body = get("root").body;
  for (const char* part : {"<script", "<style", "<img", "<link", "http://", "https://", "onclick"}) {
    EXPECT_EQ(body.find(part), std::string::npos) << part;
  }
}

TEST_F(Root, AppNameIsTextAndNeverMarkup) {
  set("APP_NAME", "<script>alert('1')</script> & \"Co\"");
  const std::string body = get("root").body;
  EXPECT_EQ(body.find("<script>"), std::string::npos);
  EXPECT_NE(body.find("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;Co&quot;"), std::string::npos)
      << body;
}

TEST_F(Root, EveryUnmatchedUrlIsA404Problem) {
  for (const char* uri :
       {"/nothing", "/api/v1/users/me", "/api/v1", "//", "/..", "/%2e%2e", "/index.html", "/?/", "/a?b=c", "*"}) {
    const Answer answer = get("root", Call{}.at(uri));
    EXPECT_EQ(answer.status, std::string_view(uri) == "/?/" ? 200 : 404) << uri;
  }
  EXPECT_EQ(post("root", json_text("{}").at("/nothing")).status, 404) << "before the method is judged";
  EXPECT_EQ(changes(), "nothing");
}

}  // namespace
}  // namespace gatehouse::test
