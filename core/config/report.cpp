// SPDX-License-Identifier: Apache-2.0
// The text of a mistake: its place, the line of the source, and a mark below the place.
#include "config/document.h"
#include "printable.h"

#include <algorithm>

namespace fovea::detail {

namespace {

constexpr size_t kWidth = 120;                        // longer lines are cut around the place
constexpr size_t kMostLines = 20, kMostBytes = 4000;  // of all mistakes together

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }  // UTF-8

size_t characters(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

struct Line {
  size_t number = 1;
  size_t begin = 0, end = 0;  // offsets, without the line break
};

Line line_of(const std::string& text, size_t offset) {
  Line line;
  offset = std::min(offset, text.size());
  const auto at = text.begin() + static_cast<std::ptrdiff_t>(offset);
  line.number += static_cast<size_t>(std::count(text.begin(), at, '\n'));
  const size_t before = offset == 0 ? std::string::npos : text.rfind('\n', offset - 1);
  line.begin = before == std::string::npos ? 0 : before + 1;
  line.end = std::min(text.find_first_of("\r\n", line.begin), text.size());
  line.end = std::max(line.end, std::min(offset, text.size()));
  return line;
}

std::string source_line_with_mark(Span place) {
  const std::string& text = place.source->text;
  Line line = line_of(text, place.begin);
  const size_t mark_end =
      std::clamp(place.end, place.begin + 1, std::max(line.end, place.begin + 1));
  if (line.end - line.begin > kWidth) {
    const size_t lead = kWidth / 2;
    if (place.begin - line.begin > lead) line.begin = place.begin - lead;
    line.end = std::min(line.end, line.begin + kWidth);
    while (line.begin < place.begin && !starts_character(text[line.begin])) line.begin++;
    while (line.end < text.size() && !starts_character(text[line.end])) line.end++;
  }
  const std::string_view view(text);
  std::string number = std::to_string(line.number);
  number.insert(0, number.size() < 5 ? 5 - number.size() : 0, ' ');
  const size_t shown_end = std::clamp(mark_end, place.begin, std::max(line.end, place.begin));
  const size_t blanks = characters(view.substr(line.begin, place.begin - line.begin));
  const size_t marks = characters(view.substr(place.begin, shown_end - place.begin));
  return number + " | " + printable(view.substr(line.begin, line.end - line.begin)) + "\n" +
         std::string(number.size(), ' ') + " | " + std::string(blanks, ' ') +
         std::string(std::max<size_t>(marks, 1), '^');
}

}  // namespace

std::string location(Span place) {
  if (place.source->command_line) return place.source->name + " (from the command line)";
  const std::string& text = place.source->text;
  const Line line = line_of(text, place.begin);
  const size_t column = 1 + characters(std::string_view(text).substr(
                                line.begin, std::min(place.begin, text.size()) - line.begin));
  return place.source->name + ":" + std::to_string(line.number) + ":" + std::to_string(column);
}

std::string report(Span place, const std::string& what, const std::string& note) {
  std::string text = location(place) + ": error: " + printable(what, kMostBytes / 4);
  if (!place.source->command_line) text += "\n" + source_line_with_mark(place);
  if (!note.empty()) text += "\n   " + printable(note, kMostBytes / 4);
  return text;
}

std::string join_mistakes(const std::vector<ConfigMistake>& mistakes) {
  std::string text;
  size_t lines = 0, shown = 0;
  for (const ConfigMistake& mistake : mistakes) {
    const auto more = 1 + static_cast<size_t>(std::ranges::count(mistake.text, '\n'));
    const size_t last_line = shown + 1 < mistakes.size() ? 1 : 0;  // "... and 3 more"
    const bool fits =
        lines + more + last_line <= kMostLines && text.size() + mistake.text.size() <= kMostBytes;
    if (shown > 0 && !fits) break;
    text += (shown > 0 ? "\n" : "") + mistake.text;
    lines += more;
    shown++;
  }
  if (shown == mistakes.size()) return text;
  return text + "\n... and " + std::to_string(mistakes.size() - shown) + " more";
}

}  // namespace fovea::detail
