// SPDX-License-Identifier: Apache-2.0
// The two streams of the program, and how numbers look on them.
#pragma once

#include <fovea/core/number_text.h>

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

inline std::string grouped(int64_t number) { return grouped_text(number); }
inline std::string fixed(double number, int digits) { return fixed_text(number, digits); }
inline std::string percent(double share, int digits) { return percent_text(share, digits); }

// Rows of cells, the first being the headings, as columns two blanks apart; cells that `right`
// marks are set flush right.
std::string table(const std::vector<std::vector<std::string>>& rows,
                  const std::vector<bool>& right);

}  // namespace fovea::app
