// SPDX-License-Identifier: Apache-2.0
#include "npy_file.h"

#include <fovea/core/error.h>

#include <cctype>
#include <filesystem>

namespace fovea::detail {

namespace fs = std::filesystem;

namespace {

void check_label_header(const FileReader& reader, const NpyHeader& header) {
  const auto& shape = header.shape;
  const bool column = shape.size() == 2 && shape[1] == 1;
  if (shape.size() != 1 && !column) {
    const bool one_hot = shape.size() == 2;
    reader.fail("labels have shape " + npy_shape_text(shape) + "; (n,) wanted" +
                (one_hot ? ": save y.argmax(axis=1) of one-hot labels" : ""));
  }
  if (header.type.kind != 'i' && header.type.kind != 'u') {
    reader.fail("labels are " + header.type.name() + "; integers wanted: save y.astype(int)");
  }
}

// The bits of one element, sign extended.
uint64_t bits_of(const NpyType& type, const uint8_t* element) {
  uint64_t bits = 0;
  for (int i = 0; i < type.bytes; i++) {
    const int from = type.big_endian ? i : type.bytes - 1 - i;
    bits = bits << 8 | element[from];
  }
  const int unused = 64 - 8 * type.bytes;
  if (type.kind == 'u' || unused == 0) return bits;
  return static_cast<uint64_t>(static_cast<int64_t>(bits << unused) >> unused);
}

std::string integer_text(const NpyType& type, uint64_t bits) {
  return type.kind == 'u' ? std::to_string(bits) : std::to_string(static_cast<int64_t>(bits));
}

// Every file name in which one word of `name` is put into the labels' words.
std::vector<std::string> label_names(const std::string& name) {
  std::vector<std::string> names;
  const auto add = [&](size_t at, size_t length, const char* word) {
    names.push_back(std::string(name).replace(at, length, word));
  };
  const size_t images = name.rfind("images");
  if (images != name.npos) add(images, 6, "labels");
  const auto is_letter = [&](size_t i) {
    return i < name.size() && std::isalnum(static_cast<unsigned char>(name[i])) != 0;
  };
  for (size_t i = 0; i < name.size(); i++) {
    const bool word = (i == 0 || !is_letter(i - 1)) && !is_letter(i + 1);
    if (word && name[i] == 'x') add(i, 1, "y");
    if (word && name[i] == 'X') {
      add(i, 1, "Y");
      add(i, 1, "y");
    }
  }
  return names;
}

}  // namespace

std::vector<int32_t> read_npy_labels(const std::string& path, int64_t classes) {
  const NpyFile file = read_npy(path, check_label_header);
  const NpyType& type = file.header.type;
  std::vector<int32_t> labels(static_cast<size_t>(file.header.shape[0]));
  for (size_t i = 0; i < labels.size(); i++) {
    const size_t at = i * static_cast<size_t>(type.bytes);
    const uint64_t bits = bits_of(type, file.elements.data() + at);
    if (bits >= static_cast<uint64_t>(classes)) {
      throw DataError(path + ": label " + integer_text(type, bits) + " of sample " +
                      std::to_string(i) + " (byte " +
                      std::to_string(static_cast<size_t>(file.header.bytes) + at) +
                      ") is not in 0.." + std::to_string(classes - 1));
    }
    labels[i] = static_cast<int32_t>(bits);
  }
  return labels;
}

std::string npy_labels_path(const std::string& images_path) {
  const fs::path path(images_path);
  const std::vector<std::string> names = label_names(path.filename());
  std::string tried;
  for (const std::string& name : names) {
    const fs::path labels = path.parent_path() / name;
    std::error_code ignored;
    if (fs::exists(labels, ignored)) return labels.string();
    tried += (tried.empty() ? "" : " or ") + name;
  }
  throw DataError(images_path + ": where are its labels? " +
                  (tried.empty() ? "Give {\"path\": ..., \"labels\": ...}"
                                 : "There is no " + tried + " beside it"));
}

}  // namespace fovea::detail
