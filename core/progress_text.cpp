// SPDX-License-Identifier: Apache-2.0
#include "progress_text.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

namespace fovea::detail {

namespace {

std::string two_digits(int64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); }

// Whole seconds, at least 0, at most a century; an unknown time is 0.
int64_t whole_seconds(double seconds) {
  return seconds > 0 ? static_cast<int64_t>(std::min(seconds, 3.2e9)) : 0;
}

}  // namespace

std::string fixed(double value, int digits) {
  char text[400];
  const auto end =
      std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, digits).ptr;
  return {text, end};
}

std::string rounded(double value) {
  char text[32];
  const auto end =
      std::to_chars(text, text + sizeof text, value, std::chars_format::general, 4).ptr;
  return {text, end};
}

std::string percent(double share, int digits) { return fixed(100 * share, digits) + "%"; }

std::string clock_time(double seconds) {
  const int64_t total = whole_seconds(seconds);
  const int64_t hours = total / 3600, minutes = total / 60 % 60;
  const std::string tail = ":" + two_digits(total % 60);
  return hours > 0 ? std::to_string(hours) + ":" + two_digits(minutes) + tail
                   : std::to_string(minutes) + tail;
}

std::string duration(double seconds) {
  if (seconds < 60) return fixed(std::max(seconds, 0.0), 1) + "s";
  const int64_t total = whole_seconds(seconds);
  const int64_t hours = total / 3600, minutes = total / 60 % 60;
  return hours > 0 ? std::to_string(hours) + "h" + two_digits(minutes) + "m"
                   : std::to_string(minutes) + "m" + two_digits(total % 60) + "s";
}

std::string utc_time(int64_t unix_time) {
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

}  // namespace fovea::detail
