// SPDX-License-Identifier: Apache-2.0
// The frame of a report: style, headings, tables.
#pragma once

#include <string>
#include <vector>

namespace fovea::detail {

// A whole HTML page. `title` is text, `content` markup.
std::string html_page(const std::string& title, const std::string& content);

// A headed part of a page. `heading` is text, `content` markup.
std::string section(const std::string& heading, const std::string& content);

std::string paragraph(const std::string& text);

// Figures with what they are: {"91.7%", "top-1"}.
struct Tile {
  std::string figure, meaning;
};
std::string tiles(const std::vector<Tile>& tiles);

class HtmlTable {
 public:
  // A heading that begins with '#' is of numbers, which are set flush right.
  explicit HtmlTable(const std::vector<std::string>& headings);

  void row(const std::vector<std::string>& cells);
  std::string str() const;

 private:
  std::vector<bool> numbers_;
  std::string head_, rows_;
};

}  // namespace fovea::detail
