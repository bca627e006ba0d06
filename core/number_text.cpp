// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/number_text.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <clocale>
#include <cstdio>
#include <string_view>

namespace fovea {

namespace {

std::string two_digits(int64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); }

// Whole seconds, at least 0, at most a century; an unknown time is 0.
int64_t whole_seconds(double seconds) {
  return seconds > 0 ? static_cast<int64_t>(std::min(seconds, 3.2e9)) : 0;
}

// By printf: std::to_chars would bring tables of 0.1 MB for it into static programs.
std::string formatted(const char* format, int digits, double value) {
  char buffer[400];
  std::string text(
      buffer, static_cast<size_t>(std::snprintf(buffer, sizeof buffer, format, digits, value)));
  const std::string_view point = std::localeconv()->decimal_point;
  if (const size_t at = text.find(point); at != text.npos) text.replace(at, point.size(), ".");
  return text;
}

}  // namespace

std::string fixed_text(double value, int digits) { return formatted("%.*f", digits, value); }

std::string rounded_text(double value) { return formatted("%.*g", 4, value); }

std::string percent_text(double share, int digits) { return fixed_text(100 * share, digits) + "%"; }

std::string grouped_text(int64_t number) {
  std::string text = std::to_string(number);
  for (auto at = static_cast<int64_t>(text.size()) - 3; at > (number < 0 ? 1 : 0); at -= 3)
    text.insert(static_cast<size_t>(at), ",");
  return text;
}

std::string bytes_text(uint64_t bytes) {
  constexpr std::array kUnits{"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  auto amount = static_cast<double>(bytes);
  size_t unit = 0;
  for (; amount >= 999.95 && unit + 1 < kUnits.size(); unit++) amount /= 1000;
  return fixed_text(amount, unit == 0 ? 0 : 1) + " " + kUnits[unit];
}

std::string clock_text(double seconds) {
  const int64_t total = whole_seconds(seconds);
  const int64_t hours = total / 3600, minutes = total / 60 % 60;
  const std::string tail = ":" + two_digits(total % 60);
  return hours > 0 ? std::to_string(hours) + ":" + two_digits(minutes) + tail
                   : std::to_string(minutes) + tail;
}

std::string duration_text(double seconds) {
  if (seconds < 60) return fixed_text(std::max(seconds, 0.0), 1) + "s";
  const int64_t total = whole_seconds(seconds);
  const int64_t hours = total / 3600, minutes = total / 60 % 60;
  return hours > 0 ? std::to_string(hours) + "h" + two_digits(minutes) + "m"
                   : std::to_string(minutes) + "m" + two_digits(total % 60) + "s";
}

std::string utc_text(int64_t unix_time) {
  using namespace std::chrono;
  const sys_seconds time{seconds{unix_time}};
  const sys_days day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  return std::to_string(static_cast<int>(date.year())) + "-" +
         two_digits(static_cast<unsigned>(date.month())) + "-" +
         two_digits(static_cast<unsigned>(date.day())) + "T" + two_digits(clock.hours().count()) +
         ":" + two_digits(clock.minutes().count()) + ":" + two_digits(clock.seconds().count()) +
         "Z";
}

std::string utc_text_now() {
  using namespace std::chrono;
  return utc_text(duration_cast<seconds>(system_clock::now().time_since_epoch()).count());
}

}  // namespace fovea
