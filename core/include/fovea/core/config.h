// SPDX-License-Identifier: Apache-2.0
// Reads JSON configs so that every mistake is reported at once, with file, line, column and a hint.
#pragma once

#include <fovea/core/constraint.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fovea::detail {
struct ConfigDocument;
struct ConfigNode;
}  // namespace fovea::detail

namespace FOVEA_API fovea {

// How a C++ type is read from and written to a config: fovea/core/config_value.h.
template <class T>
struct ConfigValue;

// A handle to one value of a JSON document; copies share the document. Reading never throws:
// mistakes are collected, a default stands in for the value, and check() throws them all as one
// ConfigError. Every key that is asked for becomes a known key; finish() reports all others.
//   const Config config = Config::load("net.json");
//   const float beta = config.get("beta", 1.0f);
//   config.finish();
//   config.check();
// A document and its handles are for one thread at a time.
class Config {
 public:
  // Throw ConfigError when the text is not JSON (comments are fine; duplicate keys, trailing commas
  // and NaN are not) or, load(), when the file cannot be read.
  static Config load(const std::string& path);
  static Config parse(std::string_view text, std::string name = "config");

  // Replaces or adds one value: "train.optimizer.lr=0.02", "model.layers.conv1.stride=2" (elements
  // by index or as element_names() has them), or the end of a path when no other ends so:
  // "lr=0.02". The value is JSON, else a string. `declared` are paths that exist by declaration,
  // whether or not the document has them. A mistake is collected. Call it on the whole document,
  // before reading.
  void override(std::string_view assignment, std::span<const std::string> declared = {});

  bool exists() const;  // false for what find() did not find
  bool is_object() const;
  bool is_array() const;
  bool is_string() const;
  bool is_number() const;
  bool is_bool() const;

  bool has(std::string_view key) const;
  Config find(std::string_view key) const;  // exists() is false when the key is absent
  Config at(std::string_view key) const;    // an absent key is a mistake
  std::vector<Config> items() const;        // of an array; anything else is a mistake
  std::vector<std::string> keys() const;    // of an object, in the order of the file
  // What the elements of an array are called: their "name"; an unnamed one its "type" and a number
  // among those ("conv2d1"); one without a type its index.
  std::vector<std::string> element_names() const;

  // The value of a key, or `fallback` when it is absent.
  template <class T>
  T get(std::string_view key, T fallback) const {
    const Config value = find(key);
    return value.exists() ? value.as<T>().value_or(fallback) : fallback;
  }
  std::string get(std::string_view key, const char* fallback) const {
    return get<std::string>(key, fallback);
  }
  // The value of a key that must be there; T() after a mistake.
  template <class T>
  T get(std::string_view key) const {
    const Config value = at(key);
    return value.exists() ? value.as<T>().value_or(T()) : T();
  }
  // This value as a T; nothing after a mistake.
  template <class T>
  std::optional<T> as(const Constraint& constraint = {}) const {
    return ConfigValue<T>::read(*this, constraint);
  }

  std::string name() const;   // the last part of path(): "layers[4]"
  std::string path() const;   // "model.layers[4]"; empty for the whole document
  std::string where() const;  // "net.json:31:47"
  // This value as strict JSON text on one line; keys in order, numbers as they were written.
  std::string to_json() const;

  // What the object is called in messages: describe_as("conv2d") gives "conv2d takes: ...".
  void describe_as(std::string_view component) const;
  // Counts everything below this value as known and read.
  void accept_all() const;

  // Collects a mistake at this value.
  void error(const std::string& message) const;
  bool has_errors() const;
  // Collects every key below this value that nothing has asked for. Objects that were asked for but
  // not looked into are left to whoever reads them later. `declared`, the full paths of fields that
  // the document may have, lets it say where else a key belongs.
  void finish(std::span<const std::string> declared = {}) const;
  // Throws ConfigError with all mistakes of the document, in its order.
  void check() const;

 private:
  template <class T>
  friend struct ConfigValue;

  Config(std::shared_ptr<detail::ConfigDocument> document, detail::ConfigNode* node);

  // The scalar conversions behind ConfigValue.
  std::optional<bool> read_bool() const;
  std::optional<int64_t> read_integer(int64_t low, int64_t high, const Constraint&) const;
  std::optional<uint64_t> read_unsigned(const Constraint&) const;
  std::optional<float> read_float(const Constraint&) const;
  std::optional<double> read_double(const Constraint&) const;
  std::optional<std::string> read_string(const Constraint&) const;

  std::shared_ptr<detail::ConfigDocument> document_;
  detail::ConfigNode* node_;
};

}  // namespace fovea

#include <fovea/core/config_value.h>  // so that get<T>() works with this header alone
