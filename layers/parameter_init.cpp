// SPDX-License-Identifier: Apache-2.0
#include <fovea/layers/parameter_init.h>

namespace fovea {

namespace {

using Kind = Initializer::Kind;

constexpr auto kNamedKinds = std::to_array<EnumName<Kind>>(
    {{"xavier", Kind::xavier}, {"kaiming", Kind::kaiming}, {"pytorch", Kind::pytorch}});
constexpr auto kScaledKinds =
    std::to_array<EnumName<Kind>>({{"normal", Kind::normal}, {"uniform", Kind::uniform}});

std::optional<Initializer> read_named(const Config& config) {
  std::vector<std::string> names;
  for (const auto& [name, kind] : kNamedKinds) names.emplace_back(name);
  const auto text = config.as<std::string>(one_of(names));
  for (const auto& [name, kind] : kNamedKinds) {
    if (text && *text == name) return Initializer{kind, 0};
  }
  return std::nullopt;
}

std::optional<Initializer> read_scaled(const Config& config) {
  config.describe_as("an initialiser");
  for (const auto& [name, kind] : kScaledKinds) {
    const Config value = config.find(name);
    if (!value.exists()) continue;
    const auto scale = value.as<float>(at_least(0));
    return scale ? std::optional(Initializer{kind, *scale}) : std::nullopt;
  }
  config.error(ConfigValue<Initializer>::type().text + " wanted");
  return std::nullopt;
}

}  // namespace

ParameterInit with_defaults(const ParameterInit& init) {
  return {init.weight.value_or(Initializer{Kind::kaiming, 0}),
          init.bias.value_or(Initializer{Kind::constant, 0})};
}

std::optional<Initializer> ConfigValue<Initializer>::read(const Config& config,
                                                          const Constraint& /*constraint*/) {
  if (config.is_string()) return read_named(config);
  if (config.is_object()) return read_scaled(config);
  if (!config.is_number()) {
    config.error(type().text + " wanted");
    return std::nullopt;
  }
  const auto value = config.as<float>();
  return value ? std::optional(Initializer{Kind::constant, *value}) : std::nullopt;
}

ConfigType ConfigValue<Initializer>::type() {
  std::vector<std::string> names;
  for (const auto& [name, kind] : kNamedKinds) names.emplace_back(name);
  std::vector<ConfigType> alternatives{ConfigValue<float>::type(), ConfigType::choice(names)};
  for (const auto& [name, kind] : kScaledKinds) {
    FieldInfo scale{std::string(name),
                    kind == Kind::normal ? "standard deviation" : "bound",
                    ConfigValue<float>::type(),
                    at_least(0),
                    true,
                    ""};
    alternatives.push_back(ConfigType::object("object", {std::move(scale)}));
  }
  return ConfigType::any_of(
      "number, \"xavier\", \"kaiming\", \"pytorch\", {\"normal\": std} or {\"uniform\": bound}",
      alternatives);
}

void ConfigValue<Initializer>::write(JsonWriter& json, const Initializer& value) {
  if (value.kind == Kind::constant) {
    json.value(value.a);
    return;
  }
  for (const auto& [name, kind] : kNamedKinds) {
    if (kind == value.kind) json.value(name);
  }
  for (const auto& [name, kind] : kScaledKinds) {
    if (kind == value.kind) json.begin_object().key(name).value(value.a).end_object();
  }
}

Fields<ParameterInit> ParameterInit::fields() {
  return Fields<ParameterInit>("init", "First values of the parameters")
      .field("weight", &ParameterInit::weight, "of weights; default kaiming")
      .field("bias", &ParameterInit::bias, "of biases; default 0");
}

}  // namespace fovea
