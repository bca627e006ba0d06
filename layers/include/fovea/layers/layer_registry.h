// SPDX-License-Identifier: Apache-2.0
// Layer types by the name they have in a config.
#pragma once

#include <fovea/core/fields.h>
#include <fovea/layers/layer.h>

#include <concepts>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

template <class T>
concept ConfigurableLayer =
    std::derived_from<T, Layer> && std::constructible_from<T, const Config&>;

// What a config may say about a layer besides its name and its inputs: for the reference page and
// the JSON Schema.
struct LayerInfo {
  std::string doc;
  std::vector<FieldInfo> fields;
  bool declared = true;  // else nothing is known of the fields
};

// From a layer's static fields(): Fields of its options. A layer without them declares nothing.
template <class T>
LayerInfo layer_info() {
  if constexpr (requires { T::fields().infos(); }) {
    const auto fields = T::fields();
    return {fields.doc(), fields.infos()};
  } else {
    return {"", {}, false};
  }
}

// A value, not a global: copy builtin() and add your own layers.
class LayerRegistry {
 public:
  using Factory = std::function<std::unique_ptr<Layer>(const Config&)>;

  static LayerRegistry builtin();

  // Throws ArgumentError when the name is taken.
  template <ConfigurableLayer T>
  void add(const std::string& type, LayerInfo info = layer_info<T>()) {
    add(
        type, [](const Config& config) { return std::make_unique<T>(config); }, std::move(info));
  }
  void add(const std::string& type, Factory factory, LayerInfo info = {"", {}, false});

  // The layer that `config` (its "type") describes; null after a config error, which is recorded at
  // its place.
  std::unique_ptr<Layer> create(const std::string& type, const Config& config) const;
  std::vector<std::string> types() const;  // sorted
  const LayerInfo& info(const std::string& type) const { return entries_.at(type).info; }

 private:
  struct Entry {
    Factory factory;
    LayerInfo info;
  };
  std::map<std::string, Entry> entries_;
};

}  // namespace fovea
