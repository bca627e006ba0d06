// SPDX-License-Identifier: Apache-2.0
#include "layer_config.h"

#include <fovea/core/error.h>
#include <fovea/core/one_or_many.h>

#include <array>

namespace fovea {

namespace {

constexpr const char* kExtentText = "integer or [height, width]";
constexpr const char* kPaddingText = "integer or [top, left, bottom, right]";

}  // namespace

std::optional<Extent2d> ConfigValue<Extent2d>::read(const Config& config,
                                                    const Constraint& constraint) {
  const auto v = read_one_or_many(config, constraint, 2, kExtentText);
  return v ? std::optional(Extent2d{(*v)[0], (*v)[1]}) : std::nullopt;
}

ConfigType ConfigValue<Extent2d>::type() { return one_or_many_type(kExtentText, 2); }

void ConfigValue<Extent2d>::write(JsonWriter& json, const Extent2d& value) {
  write_one_or_many(json, std::array{value.h, value.w});
}

std::optional<Padding> ConfigValue<Padding>::read(const Config& config,
                                                  const Constraint& constraint) {
  const auto v = read_one_or_many(config, constraint, 4, kPaddingText);
  return v ? std::optional(Padding{(*v)[0], (*v)[1], (*v)[2], (*v)[3]}) : std::nullopt;
}

ConfigType ConfigValue<Padding>::type() { return one_or_many_type(kPaddingText, 4); }

void ConfigValue<Padding>::write(JsonWriter& json, const Padding& value) {
  write_one_or_many(json, std::array{value.top, value.left, value.bottom, value.right});
}

const Shape& single_input(const char* type, std::span<const Shape> inputs) {
  if (inputs.size() == 1) return inputs[0];
  throw ArgumentError(std::string(type) + ": takes one input, got " +
                      std::to_string(inputs.size()));
}

void check_has_pixels(const char* type, const Shape& x) {
  if (x.rank() == 4) return;
  throw ArgumentError(
      std::string(type) + ": input is " + x.to_string() +
      ", without height and width; put this layer before the flatten or linear one");
}

void check_groups(const char* type, int64_t groups, const Shape& x) {
  if (x[3] % groups == 0) return;
  throw ArgumentError(std::string(type) + ": groups " + std::to_string(groups) +
                      " does not divide the input's " + std::to_string(x[3]) +
                      " channels; change groups, or out_channels of the layer before");
}

std::vector<ParameterSpec> weight_and_bias(const Shape& weight, Fan fan, bool with_bias,
                                           const ParameterInit& init) {
  std::vector<ParameterSpec> specs{{"weight", weight, fan, init.weight}};
  if (with_bias) specs.push_back({"bias", Shape{weight[0]}, fan, init.bias});
  return specs;
}

}  // namespace fovea
