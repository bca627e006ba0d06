// SPDX-License-Identifier: Apache-2.0
// A planted bug and its correct twin.
#pragma once
#include <vector>

namespace planted {

// What a mode must notice, in at least one order of threads and streams.
enum class Notices {
  nothing,   // it may go unnoticed
  somehow,   // a report, a wrong result or a crash
  a_report,  // in every order
};

struct Bug {
  const char* name;  // lines marked "bug: NAME" and "other: NAME" in the file are the two sides
  const char* file;  // of the source
  bool (*run)(bool fixed);  // runs it, or its twin; whether the result was right
  const char* kind;         // of the report in checked mode
  const char* kernel;       // that the report names; null for a call of the host
  Notices plain, address;   // checked mode always gives a report
};

using Bugs = std::vector<Bug>;
Bugs barrier_bugs();
Bugs warp_bugs();
Bugs bounds_bugs();
Bugs initialisation_bugs();
Bugs race_bugs();
Bugs async_copy_bugs();
Bugs address_bugs();
Bugs stream_bugs();
Bugs host_bugs();
Bugs leak_bugs();

}  // namespace planted
