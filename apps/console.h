// SPDX-License-Identifier: Apache-2.0
// The two streams of the program, and how numbers look on them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fovea::app {

// A result, on standard output, at once. Throws SystemError when it cannot be written: a full disk,
// or a pipe that nobody reads any more.
void print(std::string_view text);
// A line of the log, on standard error; a log that cannot be written does not stop anything.
void log_line(std::string_view line);
void log_text(std::string_view text);

std::string grouped(int64_t number);            // 60965224 -> "60,965,224"
std::string fixed(double number, int digits);   // 0.1234 -> "0.12"
std::string percent(double share, int digits);  // 0.1234 -> "12.3%"
std::string bytes_text(uint64_t bytes);         // "243.9 MB" (10^6)

// Rows of cells, the first being the headings, as columns two blanks apart; cells that `right`
// marks are set flush right.
std::string table(const std::vector<std::vector<std::string>>& rows,
                  const std::vector<bool>& right);

}  // namespace fovea::app
