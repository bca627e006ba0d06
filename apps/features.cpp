// SPDX-License-Identifier: Apache-2.0
// fovea features
#include "commands.h"
#include "console.h"
#include "device_option.h"
#include "exit_code.h"

#include <fovea/core/error.h>
#include <fovea/core/io/atomic_file.h>
#include <fovea/core/json_writer.h>
#include <fovea/data/data_options.h>
#include <fovea/optim/evaluate.h>
#include <fovea/optim/features.h>
#include <fovea/optim/picture_pages.h>
#include <fovea/optim/run_folder.h>

#include <algorithm>
#include <filesystem>

namespace fovea::app {

namespace {

constexpr int64_t kQueries = 20;  // rows of the page of neighbours

// The pictures as the model wants them.
struct Pictures {
  std::shared_ptr<const Dataset> dataset;
  std::unique_ptr<BatchSource> source;
};

Pictures open_pictures(const FeaturesArguments& arguments, const Model& model) {
  DataOptions options;
  static_cast<Preprocessing&>(options) = model.info.preprocessing;
  options.channels = picture_channels(model.net);
  const auto dataset =
      make_dataset(DataPath{arguments.data, arguments.labels}, Split::val, {}, options.pictures());
  LoaderOptions loader{.batch_size = arguments.batch};
  const auto& crop = model.info.preprocessing.crop;
  const Shape& image = dataset->image();
  if (crop && crop->picture == ImageSize{image[0], image[1]}) loader.augment = {crop->crop};
  return {dataset, make_loader(dataset, model.info.preprocessing, std::move(loader))};
}

std::string class_of(const Dataset& dataset, int64_t row) {
  return dataset.classes()[static_cast<size_t>(dataset.label(row))];
}

// "pictures.npy" -> "pictures.txt": a line for each row, its name, a tab, its class.
std::string beside(const std::string& path, const char* ending) {
  return std::filesystem::path(path).replace_extension(ending).string();
}

void write_npy(const std::string& path, const Tensor& features, const Dataset& dataset) {
  save_npy(path, features);
  std::string lines;
  for (int64_t row = 0; row < dataset.size(); row++)
    lines += dataset.name(row) + "\t" + class_of(dataset, row) + "\n";
  write_file_atomically(beside(path, ".txt"), lines);
}

void write_safetensors(const std::string& path, const Tensor& features, const Dataset& dataset) {
  JsonWriter names, classes;
  Tensor labels({dataset.size()}, DType::i32);
  names.begin_array();
  for (int64_t row = 0; row < dataset.size(); row++) {
    names.value(dataset.name(row));
    labels.data<int32_t>()[row] = dataset.label(row);
  }
  names.end_array();
  ConfigValue<std::vector<std::string>>::write(classes, dataset.classes());
  const std::vector<NamedTensor> tensors{{"features", features}, {"labels", labels}};
  save_safetensors(path, tensors, {{"names", names.str()}, {"classes", classes.str()}});
}

// Evenly over all rows.
std::vector<int64_t> rows_to_show(int64_t rows) {
  const int64_t count = std::min(rows, kQueries);
  std::vector<int64_t> chosen;
  for (int64_t i = 0; i < count; i++) chosen.push_back(i * rows / count);
  return chosen;
}

std::string write_neighbours(const FeaturesArguments& arguments, const Tensor& features,
                             const Dataset& dataset, ThreadPool& pool) {
  const std::vector<int64_t> queries = rows_to_show(dataset.size());
  const auto nearest = nearest_rows(features, queries, *arguments.neighbours, pool);
  const auto member = [&](int64_t row, float distance) {
    SimilarPictures::Member picture{
        dataset.name(row) + " (" + class_of(dataset, row) + ")", {}, distance};
    dataset.read(row, picture.picture);
    return picture;
  };
  std::vector<SimilarPictures> rows;
  for (size_t i = 0; i < queries.size(); i++) {
    SimilarPictures similar{{member(queries[i], 0)}};
    for (const Neighbour& neighbour : nearest[i])
      similar.members.push_back(member(neighbour.row, neighbour.distance));
    rows.push_back(std::move(similar));
  }
  const std::string path = beside(arguments.output, ".html");
  write_file_atomically(path, neighbours_html("Nearest pictures", rows));
  return path;
}

}  // namespace

int run(const FeaturesArguments& arguments) {
  const std::string ending = std::filesystem::path(arguments.output).extension().string();
  if (ending != ".npy" && ending != ".safetensors") {
    throw ConfigError("-o " + arguments.output +
                      ": a name that ends in .npy or .safetensors is wanted");
  }
  const Model model = load_model(find_model_file(arguments.model));
  Net part = net_up_to(model, arguments.layer);
  const std::string layer = part.nodes().back().name;
  Context ctx({.device = device_from(arguments.device), .threads = arguments.threads});
  part.move_to(ctx.device());
  const auto [dataset, source] = open_pictures(arguments, model);
  const Tensor features = extract_features(part, ctx, *source, arguments.batch);
  if (ending == ".npy") {
    write_npy(arguments.output, features, *dataset);
  } else {
    write_safetensors(arguments.output, features, *dataset);
  }
  std::string page;
  if (arguments.neighbours) page = write_neighbours(arguments, features, *dataset, ctx.pool());
  const int64_t width = features.shape()[1];
  if (arguments.json) {
    JsonWriter json;
    json.begin_object().key("file").value(arguments.output).key("layer").value(layer);
    json.key("pictures").value(dataset->size()).key("numbers").value(width);
    if (!page.empty()) json.key("neighbours").value(page);
    print(json.end_object().str() + "\n");
  } else {
    print(arguments.output + ": " + grouped(dataset->size()) + " pictures, " + grouped(width) +
          " numbers of " + layer + " each\n" + (page.empty() ? "" : page + ": neighbours\n"));
  }
  return kDone;
}

}  // namespace fovea::app
