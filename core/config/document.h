// SPDX-License-Identifier: Apache-2.0
// A JSON document with the place of every key and value, and the mistakes found in it.
#pragma once

#include <fovea/core/export.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fovea::detail {

// A text that values come from: the file, or one assignment of the command line.
struct ConfigSource {
  std::string name;
  std::string text;
  bool command_line = false;
  size_t order = 0;  // the file first
};

struct Span {
  const ConfigSource* source = nullptr;
  size_t begin = 0, end = 0;
};

struct FOVEA_LOCAL ConfigNode {
  enum class Kind : uint8_t { missing, null, boolean, number, string, array, object };

  Kind kind = Kind::missing;
  bool boolean = false;
  std::string text;  // a string's value; a number as it was written
  std::vector<std::unique_ptr<ConfigNode>> children;  // members or elements, in the file's order

  ConfigNode* parent = nullptr;
  std::string key;   // in an object
  size_t index = 0;  // in an array
  Span span, key_span;

  // What reading has done so far.
  bool known = false;              // asked for by its parent's reader
  bool visited = false;            // its own keys were asked for
  std::vector<std::string> asked;  // those keys, in order
  std::string component;           // describe_as()

  ConfigNode* member(std::string_view name) const;
  std::string path() const;
};

struct ConfigMistake {
  size_t source = 0, offset = 0;
  std::string text;
};

struct FOVEA_LOCAL ConfigDocument {
  std::deque<ConfigSource> sources;
  std::unique_ptr<ConfigNode> root;
  std::vector<std::unique_ptr<ConfigNode>> missing;  // what find() did not find
  std::vector<ConfigMistake> mistakes;

  const ConfigSource& add_source(std::string name, std::string text, bool command_line);
  // Collects a mistake once; `note` is a further line.
  void add_mistake(Span place, const std::string& what, const std::string& note = "");
};

// Throws ConfigError with the place of the mistake.
std::unique_ptr<ConfigNode> parse_json(const ConfigSource& source);

// The text of a mistake: where, what, the line with a mark below, the note.
std::string report(Span place, const std::string& what, const std::string& note);
std::string location(Span place);  // "net.json:31:47"
// The texts one below the other: as many as a screen holds, and how many more there are.
std::string join_mistakes(const std::vector<ConfigMistake>& mistakes);

// Collects the keys below `node` that nothing asked for. `declared` are the full paths of fields
// that the document may have.
void add_unknown_keys(ConfigDocument& document, const ConfigNode& node,
                      std::span<const std::string> declared);

// A name for each element: its "name", else its "type" and a number, else its index.
std::vector<std::string> element_names(const ConfigNode& list);

void apply_override(ConfigDocument& document, std::string_view assignment,
                    const std::vector<std::string>& declared);

std::string to_json(const ConfigNode& node);

}  // namespace fovea::detail
