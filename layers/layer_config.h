// SPDX-License-Identifier: Apache-2.0
// What the built-in layers share: config types of windows and initialisers, and small helpers.
#pragma once

#include <fovea/core/fields.h>
#include <fovea/kernels/window2d.h>
#include <fovea/layers/layer.h>
#include <fovea/layers/parameter_init.h>

#include <span>
#include <vector>

namespace fovea {

// One number for both, or [height, width].
template <>
struct ConfigValue<Extent2d> {
  static std::optional<Extent2d> read(const Config& config, const Constraint& constraint);
  static ConfigType type();
  static void write(JsonWriter& json, const Extent2d& value);
};

// One number for all sides, or [top, left, bottom, right].
template <>
struct ConfigValue<Padding> {
  static std::optional<Padding> read(const Config& config, const Constraint& constraint);
  static ConfigType type();
  static void write(JsonWriter& json, const Padding& value);
};

template <>
inline constexpr auto kEnumNames<Rounding> =
    std::to_array<EnumName<Rounding>>({{"floor", Rounding::floor}, {"ceil", Rounding::ceil}});

// The only input of a layer `type`. Throws ArgumentError when there are others.
const Shape& single_input(const char* type, std::span<const Shape> inputs);

// Throws ArgumentError unless x is (n, height, width, channels).
void check_has_pixels(const char* type, const Shape& x);

// Throws ArgumentError unless `groups` divides the channels of x.
void check_groups(const char* type, int64_t groups, const Shape& x);

// The parameters of a layer with a weight and, maybe, a bias along the weight's first axis.
std::vector<ParameterSpec> weight_and_bias(const Shape& weight, Fan fan, bool with_bias,
                                           const ParameterInit& init);

}  // namespace fovea
