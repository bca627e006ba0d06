// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/config_schema.h>
#include <fovea/core/error.h>
#include <fovea/layers/layer_registry.h>
#include <fovea/layers/net.h>

#include <catch2/catch.hpp>

using Catch::Contains;
using namespace fovea;

namespace {

class Identity : public UnaryLayer {
 public:
  Shape output_shape(const Shape& x) const override { return x; }
  void forward(Context&, const Tensor& x, Tensor& y, Saved&) const override { y.copy_from(x); }
  void backward(Context&, const Tensor&, const Tensor&, const Tensor& dy, Tensor& dx,
                const Saved&) const override {
    dx.copy_from(dy);
  }
};

struct ScaleOptions {
  float by = 2;
};

class Declared final : public Identity {
 public:
  explicit Declared(const Config& config) { fields().read(config); }
  static Fields<ScaleOptions> fields() {
    return Fields<ScaleOptions>("declared", "Says what it takes")
        .field("by", &ScaleOptions::by, "a factor", above(0));
  }
};

class Undeclared final : public Identity {
 public:
  explicit Undeclared(const Config& config) { config.get("anything", 1); }
};

LayerRegistry own_registry() {
  LayerRegistry registry = LayerRegistry::builtin();
  registry.add<Declared>("declared");
  registry.add<Undeclared>("undeclared");
  return registry;
}

}  // namespace

TEST_CASE("every built-in layer declares its fields") {
  const LayerRegistry registry = LayerRegistry::builtin();
  for (const std::string& type : registry.types()) {
    INFO(type);
    CHECK(registry.info(type).declared);
    CHECK_FALSE(registry.info(type).doc.empty());
  }
  CHECK(registry.info("conv2d").fields.at(0).name == "out_channels");
}

TEST_CASE("layers of one's own are in the schema, with or without declared fields") {
  const std::string schema = Config::parse(json_schema(Net::config_type(own_registry()))).to_json();
  CHECK_THAT(schema, Contains(R"("by": {"description": "a factor", "type": "number")"));
  const size_t undeclared = schema.find(R"("const": "undeclared")");
  REQUIRE(undeclared != std::string::npos);
  CHECK(schema.substr(undeclared).find("additionalProperties") >
        schema.substr(undeclared).find(R"("required": ["type"]})"));
  CHECK_NOTHROW(Net::from_config(Config::parse(R"({"input": [3], "layers": [
      {"type": "undeclared", "anything": 3}, {"type": "declared", "by": 3}]})"),
                                 1, own_registry()));
}

TEST_CASE("a layer type has one meaning") {
  LayerRegistry registry = own_registry();
  CHECK_THROWS_AS(registry.add<Declared>("declared"), ArgumentError);
}
