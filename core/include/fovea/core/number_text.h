// SPDX-License-Identifier: Apache-2.0
// Numbers for people and for logs, whatever the program's locale is.
#pragma once

#include <fovea/core/export.h>

#include <cstdint>
#include <string>

namespace FOVEA_API fovea {

std::string fixed_text(double value, int digits);    // "4.813", "nan"
std::string rounded_text(double value);              // to four digits: "0.01", "1.234e-05"
std::string percent_text(double share, int digits);  // 0.1837 -> "18.4%"
std::string grouped_text(int64_t number);            // "60,965,224"
std::string bytes_text(uint64_t bytes);              // "243.9 MB" (10^6)
std::string clock_text(double seconds);              // "7:41:10", "0:09"
std::string duration_text(double seconds);           // "9m31s", "2h05m", "4.0s"
std::string utc_text(int64_t unix_time);             // "2026-11-25T03:40:11Z"
std::string utc_text_now();

}  // namespace fovea
