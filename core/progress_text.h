// SPDX-License-Identifier: Apache-2.0
// Numbers for people and for logs, whatever the program's locale is.
#pragma once

#include <cstdint>
#include <string>

namespace fovea::detail {

std::string fixed(double value, int digits);    // "4.813", "nan"
std::string rounded(double value);              // to four digits: "0.01", "1.234e-05"
std::string percent(double share, int digits);  // "18.4%"
std::string clock_time(double seconds);         // "7:41:10", "0:09"
std::string duration(double seconds);           // "9m31s", "2h05m"
std::string utc_time(int64_t unix_time);        // "2026-11-25T03:40:11Z"

}  // namespace fovea::detail
