// SPDX-License-Identifier: Apache-2.0
#include <fovea/data/preprocessing.h>

namespace fovea {

namespace {

bool same_image(const std::shared_ptr<const MeanImage>& a,
                const std::shared_ptr<const MeanImage>& b) {
  return a == b || (a && b && *a == *b);
}

}  // namespace

std::optional<PerChannel> ConfigValue<PerChannel>::read(const Config& config,
                                                        const Constraint& constraint) {
  if (config.is_string()) {
    const auto measured = config.as<Measured>();
    return measured ? std::optional(PerChannel(*measured)) : std::nullopt;
  }
  if (config.is_array()) {
    auto list = config.as<std::vector<float>>(constraint);
    if (list && list->empty()) config.error("must not be empty");
    return list && !list->empty() ? std::optional(PerChannel(*std::move(list))) : std::nullopt;
  }
  const auto value = config.as<float>(constraint);
  return value ? std::optional(PerChannel(*value)) : std::nullopt;
}

ConfigType ConfigValue<PerChannel>::type() {
  return ConfigType::any_of("number, a list of one per channel, or what the statistics say",
                            {ConfigValue<float>::type(), ConfigValue<std::vector<float>>::type(),
                             ConfigValue<Measured>::type()});
}

void ConfigValue<PerChannel>::write(JsonWriter& json, const PerChannel& list) {
  if (list.measured != Measured::no) {
    json.value(enum_name(list.measured));
  } else if (list.values.size() == 1) {
    json.value(list.values[0]);
  } else {
    ConfigValue<std::vector<float>>::write(json, list.values);
  }
}

Fields<EvaluationCrop> EvaluationCrop::fields() {
  using E = EvaluationCrop;
  return Fields<E>("crop", "pictures of one size, of which the centre is taken")
      .required("picture", &E::picture, "size of the pictures", at_least(1))
      .required("crop", &E::crop, "what is taken of them");
}

Fields<Preprocessing> Preprocessing::fields() {
  return preprocessing_fields(
             Fields<Preprocessing>("preprocessing", "from pixels to a net's input"))
      .field("crop", &Preprocessing::crop, "which pictures only the centre is taken of");
}

bool operator==(const Preprocessing& a, const Preprocessing& b) {
  return a.scale == b.scale && a.mean == b.mean && a.std_dev == b.std_dev && a.crop == b.crop &&
         a.resize == b.resize && a.exif == b.exif && a.mean_crop == b.mean_crop &&
         same_image(a.mean_image, b.mean_image);
}

}  // namespace fovea
