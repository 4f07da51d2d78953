// SPDX-License-Identifier: Apache-2.0
// In place of the file of that name where everything is linked statically: libcurl can't be, so nobody asks over http.
#include "doctor.h"

namespace gatehouse::tool::doctor {

void examine_site(const Site& site, Report& report) {
  report.warn("outside: this static build asks nothing over http",
              "gatehouse doctor " + site.url + ", with another build, on any machine");
}

void examine_guarded(const Site& site, const std::string&, Report& report) { examine_site(site, report); }

}  // namespace gatehouse::tool::doctor
