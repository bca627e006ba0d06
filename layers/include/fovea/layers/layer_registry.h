// SPDX-License-Identifier: Apache-2.0
// Layer types by the name they have in a config.
#pragma once

#include <fovea/core/config.h>
#include <fovea/layers/layer.h>

#include <concepts>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace fovea {

template <class T>
concept ConfigurableLayer =
    std::derived_from<T, Layer> && std::constructible_from<T, const Config&>;

// A value, not a global: copy builtin() and add your own layers.
class LayerRegistry {
 public:
  using Factory = std::function<std::unique_ptr<Layer>(const Config&)>;

  static LayerRegistry builtin();

  // Throws ArgumentError when the name is taken.
  template <ConfigurableLayer T>
  void add(const std::string& type) {
    add(type, [](const Config& config) { return std::make_unique<T>(config); });
  }
  void add(const std::string& type, Factory factory);

  // The layer that `config` (its "type") describes; null after a config error, which is recorded at
  // its place.
  std::unique_ptr<Layer> create(const std::string& type, const Config& config) const;
  std::vector<std::string> types() const;  // sorted

 private:
  std::map<std::string, Factory> factories_;
};

}  // namespace fovea
