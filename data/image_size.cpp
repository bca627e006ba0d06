// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/one_or_many.h>
#include <fovea/data/image_size.h>

#include <array>

namespace fovea {

namespace {
constexpr const char* kText = "integer or [height, width]";
}  // namespace

std::string ImageSize::to_string() const {
  return std::to_string(height) + "x" + std::to_string(width);
}

std::optional<ImageSize> ConfigValue<ImageSize>::read(const Config& config,
                                                      const Constraint& constraint) {
  const auto v = read_one_or_many(config, constraint, 2, kText);
  return v ? std::optional(ImageSize{(*v)[0], (*v)[1]}) : std::nullopt;
}

ConfigType ConfigValue<ImageSize>::type() { return one_or_many_type(kText, 2); }

void ConfigValue<ImageSize>::write(JsonWriter& json, const ImageSize& size) {
  write_one_or_many(json, std::array{size.height, size.width});
}

}  // namespace fovea
