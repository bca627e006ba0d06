// SPDX-License-Identifier: Apache-2.0
// Configs: a text, or after a zero byte an assignment of the command line.
#include "oracle.h"

#include <fovea/core/config.h>
#include <fovea/data/data_options.h>

using namespace fovea;

namespace {

// As every type, whatever it is.
void read_everything(const Config& config) {
  if (config.is_array()) {
    for (const Config& item : config.items()) read_everything(item);
  }
  for (const std::string& key : config.keys()) {
    read_everything(config.find(key));
    config.get<int>(key, 1);
    config.get<uint64_t>(key, 1);
    config.get(key, 1.0f);
    config.get<std::string>(key, "");
    config.get<std::vector<float>>(key, {});
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input = fuzz::text_of(data, size);
  const size_t zero = input.find('\0');
  try {
    Config config = Config::parse(input.substr(0, zero), "f.json");
    const std::string json = config.to_json();
    fuzz::require(Config::parse(json).to_json() == json, "JSON that is written reads back");
    if (zero != input.npos) config.override(input.substr(zero + 1));
    DataOptions::fields().read(config.find("data"));
    read_everything(config);
    config.finish();
    config.check();
  } catch (const ConfigError& error) {
    const std::string_view message = error.what();
    fuzz::require(message.find("error: ") != message.npos, message);
  }
  return 0;
}
