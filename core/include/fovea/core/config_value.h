// SPDX-License-Identifier: Apache-2.0
// How C++ types are read from and written to configs: booleans, numbers, strings, enums, lists,
// optional values. A type of your own gets a specialization with the same three functions.
#pragma once

#include <fovea/core/config.h>
#include <fovea/core/config_type.h>
#include <fovea/core/json_writer.h>

#include <array>
#include <concepts>
#include <limits>
#include <type_traits>

namespace FOVEA_API fovea {

template <class E>
struct EnumName {
  std::string_view name;
  E value;
};

// The names of an enum's values; specialize it to make an enum a config type:
//   template <>
//   inline constexpr auto fovea::kEnumNames<Rounding> = std::to_array<EnumName<Rounding>>(
//       {{"floor", Rounding::floor}, {"ceil", Rounding::ceil}});
template <class E>
inline constexpr std::array<EnumName<E>, 0> kEnumNames{};

template <class E>
std::vector<std::string> enum_names() {
  std::vector<std::string> names;
  names.reserve(kEnumNames<E>.size());
  for (const auto& [name, value] : kEnumNames<E>) names.emplace_back(name);
  return names;
}
template <class E>
std::string_view enum_name(E wanted) {
  for (const auto& [name, value] : kEnumNames<E>) {
    if (value == wanted) return name;
  }
  return "?";
}

// read(): the value, checked against the constraint; a mistake is collected in `config` and nothing
// is returned. type(): for listings and the JSON Schema. write(): what read() accepts.
template <>
struct ConfigValue<bool> {
  static std::optional<bool> read(const Config& config, const Constraint&) {
    return config.read_bool();
  }
  static ConfigType type() {
    return ConfigType::scalar(ConfigType::Kind::boolean, "true or false");
  }
  static void write(JsonWriter& json, bool value) { json.value(value); }
};

template <std::signed_integral T>
struct ConfigValue<T> {
  static std::optional<T> read(const Config& config, const Constraint& constraint) {
    using Limits = std::numeric_limits<T>;
    const auto value = config.read_integer(Limits::min(), Limits::max(), constraint);
    return value ? std::optional(static_cast<T>(*value)) : std::nullopt;
  }
  static ConfigType type() { return ConfigType::scalar(ConfigType::Kind::integer, "integer"); }
  static void write(JsonWriter& json, T value) { json.value(value); }
};

template <>
struct ConfigValue<uint64_t> {
  static std::optional<uint64_t> read(const Config& config, const Constraint& constraint) {
    return config.read_unsigned(constraint);
  }
  static ConfigType type() { return ConfigType::scalar(ConfigType::Kind::natural, "integer >= 0"); }
  static void write(JsonWriter& json, uint64_t value) { json.value(value); }
};

template <>
struct ConfigValue<float> {
  static std::optional<float> read(const Config& config, const Constraint& constraint) {
    return config.read_float(constraint);
  }
  static ConfigType type() { return ConfigType::scalar(ConfigType::Kind::number, "number"); }
  static void write(JsonWriter& json, float value) { json.value(value); }
};

template <>
struct ConfigValue<double> {
  static std::optional<double> read(const Config& config, const Constraint& constraint) {
    return config.read_double(constraint);
  }
  static ConfigType type() { return ConfigType::scalar(ConfigType::Kind::number, "number"); }
  static void write(JsonWriter& json, double value) { json.value(value); }
};

template <>
struct ConfigValue<std::string> {
  static std::optional<std::string> read(const Config& config, const Constraint& constraint) {
    return config.read_string(constraint);
  }
  static ConfigType type() { return ConfigType::scalar(ConfigType::Kind::string, "string"); }
  static void write(JsonWriter& json, const std::string& value) { json.value(value); }
};

template <class E>
requires std::is_enum_v<E>
struct ConfigValue<E> {
  static std::optional<E> read(const Config& config, const Constraint&) {
    const auto text = config.as<std::string>(one_of(enum_names<E>()));
    if (!text) return std::nullopt;
    for (const auto& [name, value] : kEnumNames<E>) {
      if (name == *text) return value;
    }
    return std::nullopt;
  }
  static ConfigType type() { return ConfigType::choice(enum_names<E>()); }
  static void write(JsonWriter& json, E value) { json.value(enum_name(value)); }
};

// Bounds apply to each element; non_empty() to the list.
template <class T>
struct ConfigValue<std::vector<T>> {
  static std::optional<std::vector<T>> read(const Config& config, const Constraint& constraint) {
    if (!config.is_array()) {
      config.error(type().text + " wanted");
      return std::nullopt;
    }
    const std::vector<Config> items = config.items();
    if (items.empty() && constraint.non_empty) {
      config.error("must not be empty");
      return std::nullopt;
    }
    std::vector<T> values;
    values.reserve(items.size());
    for (const Config& item : items) {
      if (auto value = item.as<T>(constraint)) values.push_back(*std::move(value));
    }
    if (values.size() != items.size()) return std::nullopt;
    return values;
  }
  static ConfigType type() { return ConfigType::list_of(ConfigValue<T>::type()); }
  static void write(JsonWriter& json, const std::vector<T>& values) {
    json.begin_array();
    for (const T& value : values) ConfigValue<T>::write(json, value);
    json.end_array();
  }
};

// An absent key is the absent value; null is not a value.
template <class T>
struct ConfigValue<std::optional<T>> {
  static std::optional<std::optional<T>> read(const Config& config, const Constraint& constraint) {
    auto value = config.as<T>(constraint);
    return value ? std::optional(std::move(value)) : std::nullopt;
  }
  static ConfigType type() { return ConfigValue<T>::type(); }
  static void write(JsonWriter& json, const std::optional<T>& value) {
    ConfigValue<T>::write(json, *value);
  }
};

}  // namespace fovea
