// SPDX-License-Identifier: Apache-2.0
// Words for places.
#pragma once
#include "cuda_emulation/qualifiers.h"
#include "cuda_emulation/report.h"

#include <string>

namespace cuda_emulation {

bool same_site(const Site& a, const Site& b);
std::string describe(const Site& site);    // file:line
std::string describe(const uint3& index);  // (x,y,z)
std::string describe(const Place& place);  // as the text of a report shows it

}  // namespace cuda_emulation
