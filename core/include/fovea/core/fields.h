// SPDX-License-Identifier: Apache-2.0
// Declares the config fields of an options struct once. Reading with checks, the resolved config
// with every default, and the descriptions for listings and the JSON Schema all come from that.
#pragma once

#include <fovea/core/config.h>

#include <concepts>
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace FOVEA_API fovea {

// A struct declares its fields in a static function; the defaults are those of the struct:
//   struct LrnOptions {
//     int size = 5;
//     float alpha = 1e-4f;
//     static Fields<LrnOptions> fields() {
//       return Fields<LrnOptions>("lrn", "local response normalization")
//           .field("size", &LrnOptions::size, "channels in a window", at_least(1))
//           .field("alpha", &LrnOptions::alpha, "scale of the sum of squares");
//     }
//   };
// Such a struct is a config type itself, so options nest.
template <class Options>
class Fields {
 public:
  Fields(std::string name, std::string doc) : name_(std::move(name)), doc_(std::move(doc)) {}

  // A field with a default.
  template <class T>
  Fields& field(std::string name, T Options::*member, std::string doc, Constraint constraint = {}) {
    return add(std::move(name), member, std::move(doc), std::move(constraint), false);
  }
  // A field that must be given.
  template <class T>
  Fields& required(std::string name, T Options::*member, std::string doc,
                   Constraint constraint = {}) {
    return add(std::move(name), member, std::move(doc), std::move(constraint), true);
  }
  // A check across fields; runs only when every field was read without a mistake. It reports
  // through Config::error.
  Fields& check(std::function<void(const Config&, const Options&)> check) {
    checks_.push_back(std::move(check));
    return *this;
  }

  const std::string& name() const { return name_; }
  const std::string& doc() const { return doc_; }
  std::vector<FieldInfo> infos() const {
    std::vector<FieldInfo> infos;
    infos.reserve(fields_.size());
    for (const Field& field : fields_) infos.push_back(field.info);
    return infos;
  }

  // The options; a field with a mistake keeps its default. An absent `config` gives all defaults.
  Options read(const Config& config) const { return read_checked(config).first; }
  // And whether there was no mistake.
  std::pair<Options, bool> read_checked(const Config& config) const;

  // Writes every field with a value, inside an object that the caller has begun.
  void write_members(JsonWriter& json, const Options& options) const {
    for (const Field& field : fields_) field.write(json, options);
  }
  void write(JsonWriter& json, const Options& options) const {
    json.begin_object();
    write_members(json, options);
    json.end_object();
  }

 private:
  struct Field {
    FieldInfo info;
    std::function<bool(const Config& parent, Options&)> read;
    std::function<void(JsonWriter&, const Options&)> write;
  };

  template <class T>
  Fields& add(std::string name, T Options::*member, std::string doc, Constraint constraint,
              bool required);

  std::string name_, doc_;
  std::vector<Field> fields_;
  std::vector<std::function<void(const Config&, const Options&)>> checks_;
};

template <class T>
concept HasFields = requires {
  { T::fields() } -> std::convertible_to<Fields<T>>;
};

namespace detail {
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
std::string json_of(const T& value) {
  JsonWriter json;
  ConfigValue<T>::write(json, value);
  return json.str();
}

// Reads one member; false after a mistake. Nested options are read even when absent, so that a
// required field inside is missed.
template <class T>
bool read_field(const Config& value, T& member, const Constraint& constraint) {
  if constexpr (!HasFields<T>) {
    if (!value.exists()) return true;
  }
  auto read = value.as<T>(constraint);
  if (!read) return false;
  member = *std::move(read);
  return true;
}
}  // namespace detail

template <class Options>
template <class T>
Fields<Options>& Fields<Options>::add(std::string name, T Options::*member, std::string doc,
                                      Constraint constraint, bool required) {
  Field field;
  field.info = {name, std::move(doc), ConfigValue<T>::type(), constraint, required, ""};
  const Options defaults{};
  if constexpr (detail::is_optional<T>) {
    if (!required && defaults.*member) field.info.default_json = detail::json_of(defaults.*member);
  } else {
    if (!required) field.info.default_json = detail::json_of(defaults.*member);
  }
  field.read = [=](const Config& parent, Options& options) {
    const Config value = required ? parent.at(name) : parent.find(name);
    if (required && !value.exists()) return false;
    return detail::read_field(value, options.*member, constraint);
  };
  field.write = [=](JsonWriter& json, const Options& options) {
    if constexpr (detail::is_optional<T>) {
      if (!(options.*member)) return;
    }
    ConfigValue<T>::write(json.key(name), options.*member);
  };
  fields_.push_back(std::move(field));
  return *this;
}

template <class Options>
std::pair<Options, bool> Fields<Options>::read_checked(const Config& config) const {
  Options options{};
  config.describe_as(name_);
  if (config.exists() && !config.is_object()) {
    config.error("an object wanted: {\"" + (fields_.empty() ? "" : fields_[0].info.name) +
                 "\": ...}");
    return {options, false};
  }
  bool good = true;
  for (const Field& field : fields_) good = field.read(config, options) && good;
  if (good) {
    for (const auto& check : checks_) check(config, options);
  }
  return {std::move(options), good};
}

namespace detail {
// The declaration, made once: reading asks for it again and again. Each library has its own.
template <HasFields T>
FOVEA_LOCAL const Fields<T>& fields_of() {
  static const Fields<T> fields = T::fields();
  return fields;
}
}  // namespace detail

template <HasFields T>
struct ConfigValue<T> {
  static std::optional<T> read(const Config& config, const Constraint&) {
    auto [options, good] = detail::fields_of<T>().read_checked(config);
    return good ? std::optional(std::move(options)) : std::nullopt;
  }
  static ConfigType type() {
    const Fields<T>& fields = detail::fields_of<T>();
    return ConfigType::object(fields.name(), fields.infos(), fields.doc());
  }
  static void write(JsonWriter& json, const T& options) {
    detail::fields_of<T>().write(json, options);
  }
};

// One of several kinds of options, told apart by "type": the name that each one's fields() has.
// Where there is only one kind, "type" may be left out.
template <HasFields... Ts>
struct ConfigValue<std::variant<Ts...>> {
  using Variant = std::variant<Ts...>;
  static constexpr bool kOnlyOne = sizeof...(Ts) == 1;

  static std::optional<Variant> read(const Config& config, const Constraint&) {
    if (!config.is_object()) {
      config.error("an object wanted: {\"type\": ...}");
      return std::nullopt;
    }
    const std::vector<std::string> names{detail::fields_of<Ts>().name()...};
    const Config type = kOnlyOne ? config.find("type") : config.at("type");
    if (!kOnlyOne && !type.exists()) return std::nullopt;
    const auto wanted = type.exists() ? type.as<std::string>(one_of(names)) : names[0];
    if (!wanted) {
      config.accept_all();  // the fields are unknown without the type
      return std::nullopt;
    }
    std::optional<Variant> variant;
    const auto try_one = [&]<class T>(std::type_identity<T>) {
      if (detail::fields_of<T>().name() != *wanted) return;
      if (auto options = config.as<T>()) variant = *std::move(options);
    };
    (try_one(std::type_identity<Ts>()), ...);
    return variant;
  }
  static ConfigType type() {
    return ConfigType::any_of(
        "an object with \"type\"",
        {with_type_name(ConfigValue<Ts>::type(), detail::fields_of<Ts>().name(), !kOnlyOne)...});
  }
  static void write(JsonWriter& json, const Variant& variant) {
    std::visit(
        [&json]<class T>(const T& options) {
          const Fields<T>& fields = detail::fields_of<T>();
          json.begin_object().key("type").value(fields.name());
          fields.write_members(json, options);
          json.end_object();
        },
        variant);
  }
};

}  // namespace fovea
