// SPDX-License-Identifier: Apache-2.0
#include "cut.h"

#include <fovea/core/error.h>
#include <fovea/data/crop.h>
#include <fovea/data/flip.h>
#include <fovea/data/views.h>

#include <string>

namespace fovea {

Fields<CropView> CropView::fields() {
  using C = CropView;
  return Fields<C>("view", "a piece of a picture, as large as the net's input")
      .required("top", &C::top, "its first row", at_least(0))
      .required("left", &C::left, "its first column", at_least(0))
      .field("mirrored", &C::mirrored, "left and right exchanged");
}

std::vector<CropView> ten_views(ImageSize picture, ImageSize size) {
  const int64_t bottom = picture.height - size.height, right = picture.width - size.width;
  if (bottom < 0 || right < 0 || bottom + right == 0) {
    throw ConfigError("ten views are pieces of " + size.to_string() +
                      " pixels (height x width), as the net takes them, of larger pictures; these "
                      "have " +
                      picture.to_string());
  }
  const Corner center = CenterCrop{size}.corner(picture);
  std::vector<CropView> views{
      {0, 0}, {0, right}, {bottom, 0}, {bottom, right}, {center.top, center.left}};
  for (size_t i = 0; i < 5; i++) views.push_back({views[i].top, views[i].left, true});
  return views;
}

void check_views(const std::vector<CropView>& views, ImageSize picture, ImageSize size) {
  for (const CropView& view : views) {
    const bool inside =
        view.top + size.height <= picture.height && view.left + size.width <= picture.width;
    if (inside) continue;
    throw ConfigError("the view at " + std::to_string(view.top) + "," + std::to_string(view.left) +
                      " (top, left) reaches out of the picture: a piece of " + size.to_string() +
                      " pixels (height x width) of " + picture.to_string());
  }
}

PictureView take_view(const Image& picture, const CropView& view, ImageSize size, Image& piece) {
  PictureView seen;
  seen.crop({view.top, view.left});
  detail::cut({view.top, view.left}, size, 0, picture, piece);
  if (view.mirrored) {
    mirror(piece);
    seen.mirror(size.width);
  }
  return seen;
}

}  // namespace fovea
