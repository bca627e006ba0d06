// SPDX-License-Identifier: Apache-2.0
#include <fovea/data/data_options.h>

namespace fovea {

namespace {

// The kinds of data sets that are told by "type".
using TypedOrigin = std::variant<SyntheticOptions>;

void check_augment(const Config& config, const DataOptions& options) {
  std::vector<bool> seen(std::variant_size_v<Augmentation>);
  int crops = 0;
  bool lit = false;
  for (size_t i = 0; i < options.augment.size(); i++) {
    const size_t kind = options.augment[i].index();
    const bool crop = is_crop(options.augment[i]);
    crops += crop ? 1 : 0;
    const auto error = [&](const char* what) { config.find("augment").items()[i].error(what); };
    if (seen[kind]) {
      error("this kind of step is listed twice");
    } else if (crop && crops > 1) {
      error("a second crop; one is possible");
    }
    seen[kind] = true;
    if (i > 0 && std::holds_alternative<RandomResizedCrop>(options.augment[i]))
      error("takes pictures as they are stored; put it first");
    lit = lit || std::holds_alternative<PcaColor>(options.augment[i]);
    if (lit && std::holds_alternative<ColorJitter>(options.augment[i]))
      error("pca_color acts on what the other steps have made; put it behind color_jitter");
  }
}

void check_measured(const Config& config, const DataOptions& options) {
  if (options.std_dev.measured == Measured::per_pixel)
    config.find("std").error("\"per_pixel\" is for the mean; \"per_channel\" is possible");
}

void check_val(const Config& config, const DataOptions& options) {
  if (options.val && options.val_fraction > 0)
    config.find("val_fraction").error("is for data without \"val\"; leave one of them out");
}

}  // namespace

Fields<DataPath> DataPath::fields() {
  return Fields<DataPath>("files", "a data set in files")
      .required("path", &DataPath::path,
                "idx images, plain or gzip; a CIFAR file in its binary version; a .npy array of "
                "images; a folder that holds idx or CIFAR files; a folder with a folder of "
                "pictures for each class; a .txt that lists PATH LABEL; Kaggle's "
                "LOC_val_solution.csv; a folder that fovea prepare made; or tar archives of "
                "WebDataset samples, train-{0000..0146}.tar",
                non_empty())
      .field("labels", &DataPath::labels,
             "labels of idx or .npy images; by default images-idx3 in the path becomes "
             "labels-idx1, x.npy y.npy and images.npy labels.npy")
      .field("root", &DataPath::root,
             "folder that the paths in a list begin in; by default that of the list")
      .field("cifar100_labels", &DataPath::cifar100_labels,
             "of CIFAR-100: its 100 classes, or the 20 groups of them");
}

std::optional<DataOrigin> ConfigValue<DataOrigin>::read(const Config& config, const Constraint&) {
  if (config.is_string()) {
    auto path = config.as<std::string>(non_empty());
    return path ? std::optional<DataOrigin>(DataPath{*std::move(path), ""}) : std::nullopt;
  }
  if (!config.is_object()) {
    config.error(type().text + " wanted");
    return std::nullopt;
  }
  if (!config.has("type")) {
    auto files = config.as<DataPath>();
    return files ? std::optional<DataOrigin>(*std::move(files)) : std::nullopt;
  }
  auto typed = config.as<TypedOrigin>();
  if (!typed) return std::nullopt;
  return std::visit([](auto& options) { return DataOrigin(std::move(options)); }, *typed);
}

ConfigType ConfigValue<DataOrigin>::type() {
  return ConfigType::any_of("a path, {\"path\": ...} or {\"type\": ...}",
                            {ConfigValue<std::string>::type(), ConfigValue<DataPath>::type(),
                             ConfigValue<TypedOrigin>::type()});
}

void ConfigValue<DataOrigin>::write(JsonWriter& json, const DataOrigin& origin) {
  if (const auto* files = std::get_if<DataPath>(&origin)) {
    if (files->labels.empty() && files->root.empty() &&
        files->cifar100_labels == CifarLabels::fine) {
      json.value(files->path);
    } else {
      ConfigValue<DataPath>::write(json, *files);
    }
    return;
  }
  ConfigValue<TypedOrigin>::write(json, std::get<SyntheticOptions>(origin));
}

Fields<DataOptions> DataOptions::fields() {
  auto fields =
      Fields<DataOptions>("data", "pictures to train and to validate on")
          .required("train", &DataOptions::train, "pictures to train on")
          .field("val", &DataOptions::val, "pictures to evaluate on after each epoch")
          .field("val_fraction", &DataOptions::val_fraction,
                 "without val: this share of the training pictures, the same of each class and "
                 "chosen by the seed, is evaluated on in place of being trained on",
                 at_least(0) && below(1))
          .field("classes", &DataOptions::classes, "names of the classes, in the labels' order");
  return preprocessing_fields(std::move(fields))
      .field("statistics", &DataOptions::statistics,
             "a dataset.json, or its folder: where \"per_channel\", \"per_pixel\" and pca_color "
             "take their numbers from; by default the prepared folder of train")
      .field("bad_files", &DataOptions::bad_files,
             "pictures that cannot be read: error; or skip, the next one stands in for them, but "
             "more than 10 that are more than 0.1 % end the run")
      .field("augment", &DataOptions::augment, "random changes of training pictures, in order")
      .field(
          "sampling", &DataOptions::sampling,
          "shuffle: each picture once in an epoch; balanced: as many pictures, but each class as "
          "often as the others")
      .field("workers", &DataOptions::workers,
             "threads that load batches ahead; 0: load them when they are needed", between(0, 1024))
      .field("prefetch", &DataOptions::prefetch, "batches that are loaded ahead", between(1, 1024))
      .check(check_augment)
      .check(check_measured)
      .check(check_val);
}

}  // namespace fovea
