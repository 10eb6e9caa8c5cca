//! Draws an icon in the sizes that browsers and telephones ask for.
//!
//! In: an SVG or a PNG. Out: `favicon.ico` with three sizes, for tabs and for programs that look at
//! that address alone, and a PNG for home screens.

use crate::content::picture::Format;
use resvg::tiny_skia::{Color, FilterQuality, Pixmap, PixmapPaint, Transform};
use resvg::usvg::{Options, Tree};

/// Sides of the pictures in `favicon.ico`, in pixels: of tabs, task bars and lists of results.
const FAVICON_SIDES: [u8; 3] = [16, 32, 48];

/// Side of the picture of a home screen (Apple, "Configuring Web Applications"), in pixels.
const TOUCH_SIDE: u16 = 180;

/// The drawn icons.
pub(super) struct Icons {
    /// `favicon.ico`
    pub(super) favicon: Vec<u8>,
    /// `apple-touch-icon.png`
    pub(super) touch: Vec<u8>,
}

/// Draws an icon.
///
/// # Errors
/// What is wrong with it.
pub(super) fn draw(format: Format, bytes: &[u8]) -> Result<Icons, String> {
    let icon = Icon::read(format, bytes)?;
    let mut pictures = Vec::new();
    for side in FAVICON_SIDES {
        pictures.push((side, png(&icon.at(side.into())?)?));
    }
    let side = u32::from(TOUCH_SIDE);
    let mut touch = Pixmap::new(side, side).ok_or("the icon has no size")?;
    // Home screens show black where a picture is transparent.
    touch.fill(Color::WHITE);
    let paint = PixmapPaint::default();
    touch.draw_pixmap(
        0,
        0,
        icon.at(side)?.as_ref(),
        &paint,
        Transform::identity(),
        None,
    );
    Ok(Icons {
        favicon: ico(&pictures),
        touch: png(&touch)?,
    })
}

enum Icon {
    Drawing(Box<Tree>),
    Pixels(Pixmap),
}

impl Icon {
    fn read(format: Format, bytes: &[u8]) -> Result<Self, String> {
        match format {
            Format::Svg => Tree::from_data(bytes, &Options::default())
                .map(|tree| Self::Drawing(Box::new(tree)))
                .map_err(|error| format!("the icon can't be drawn: {error}")),
            Format::Png => Pixmap::decode_png(bytes)
                .map(Self::Pixels)
                .map_err(|error| format!("the icon is no whole PNG: {error}")),
        }
    }

    /// The icon with this side.
    fn at(&self, side: u32) -> Result<Pixmap, String> {
        let mut made = Pixmap::new(side, side).ok_or("the icon has no size")?;
        match self {
            Self::Drawing(tree) => {
                let (width, height) = (tree.size().width(), tree.size().height());
                resvg::render(tree, scale(side, width, height), &mut made.as_mut());
            }
            Self::Pixels(pixels) => {
                let small = halved(pixels, side)?;
                draw_scaled(&small, &mut made);
            }
        }
        Ok(made)
    }
}

#[expect(clippy::cast_precision_loss, reason = "sides are far below 2^24")]
fn scale(side: u32, width: f32, height: f32) -> Transform {
    Transform::from_scale(side as f32 / width, side as f32 / height)
}

#[expect(clippy::cast_precision_loss, reason = "sides are far below 2^24")]
fn draw_scaled(from: &Pixmap, to: &mut Pixmap) {
    let paint = PixmapPaint {
        quality: FilterQuality::Bilinear,
        ..PixmapPaint::default()
    };
    let transform = scale(to.width(), from.width() as f32, from.height() as f32);
    to.draw_pixmap(0, 0, from.as_ref(), &paint, transform, None);
}

/// The picture, halved until its side is less than twice the wanted one: a single step would skip
/// pixels, and thin lines with them.
fn halved(pixels: &Pixmap, side: u32) -> Result<Pixmap, String> {
    let mut picture = pixels.clone();
    while picture.width() >= side * 2 {
        let half = picture.width() / 2;
        let mut smaller = Pixmap::new(half, half).ok_or("the icon has no size")?;
        draw_scaled(&picture, &mut smaller);
        picture = smaller;
    }
    Ok(picture)
}

fn png(pixels: &Pixmap) -> Result<Vec<u8>, String> {
    let made = pixels.encode_png();
    made.map_err(|error| format!("the icon can't be written as PNG: {error}"))
}

/// An icon file: a header, an entry of 16 bytes for each picture, and the pictures as PNG, which all
/// browsers read in it (Microsoft, "Icons"; PNG since Windows Vista).
fn ico(pictures: &[(u8, Vec<u8>)]) -> Vec<u8> {
    const HEADER: usize = 6;
    const ENTRY: usize = 16;
    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX).to_le_bytes();
    let count = u16::try_from(pictures.len()).unwrap_or(u16::MAX);
    let mut file = vec![0, 0, 1, 0];
    file.extend(count.to_le_bytes());
    let mut start = HEADER + ENTRY * pictures.len();
    for (side, bytes) in pictures {
        // Side twice, no palette, one plane, 32 bits a pixel.
        file.extend([*side, *side, 0, 0, 1, 0, 32, 0]);
        file.extend(number(bytes.len()));
        file.extend(number(start));
        start += bytes.len();
    }
    for (_, bytes) in pictures {
        file.extend(bytes);
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A white square with a black lower half.
    const HALF: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 8\"><path fill=\"#fff\" d=\"M0 0h8v8H0z\"/><path d=\"M0 4h8v4H0z\"/></svg>";

    fn brightness(picture: &Pixmap, x: u32, y: u32) -> u8 {
        picture.pixel(x, y).unwrap().red()
    }

    #[test]
    fn an_icon_file_has_each_size_as_a_whole_picture() {
        let icons = draw(Format::Svg, HALF.as_bytes()).unwrap();
        assert_eq!(icons.favicon.get(..6), Some(&[0, 0, 1, 0, 3, 0][..]));
        for (at, side) in FAVICON_SIDES.into_iter().enumerate() {
            let entry = icons.favicon.get(6 + 16 * at..).unwrap();
            let number =
                |from: usize| u32::from_le_bytes(entry[from..from + 4].try_into().unwrap());
            let (length, start) = (number(8) as usize, number(12) as usize);
            let picture = Pixmap::decode_png(&icons.favicon[start..start + length]).unwrap();
            assert_eq!((entry[0], picture.width()), (side, u32::from(side)));
            let side = u32::from(side);
            assert_eq!(
                [
                    brightness(&picture, side / 2, 1),
                    brightness(&picture, side / 2, side - 2)
                ],
                [255, 0]
            );
        }
        let touch = Pixmap::decode_png(&icons.touch).unwrap();
        assert_eq!((touch.width(), touch.height()), (180, 180));
    }

    #[test]
    fn a_thin_line_of_a_large_picture_is_still_seen_small() {
        let mut large = Pixmap::new(512, 512).unwrap();
        large.fill(Color::WHITE);
        let line = resvg::tiny_skia::Rect::from_xywh(0.0, 254.0, 512.0, 8.0).unwrap();
        large.fill_rect(
            line,
            &resvg::tiny_skia::Paint::default(),
            Transform::identity(),
            None,
        );
        let small = Icon::Pixels(large).at(16).unwrap();
        let darkest = (0..16).map(|y| brightness(&small, 8, y)).min().unwrap();
        assert!(darkest < 220, "{darkest}");
    }

    #[test]
    fn what_is_transparent_is_white_on_a_home_screen() {
        let empty = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 8\"/>";
        let icons = draw(Format::Svg, empty.as_bytes()).unwrap();
        let touch = Pixmap::decode_png(&icons.touch).unwrap();
        assert_eq!(touch.pixel(9, 9).unwrap().alpha(), 255);
        assert_eq!(brightness(&touch, 9, 9), 255);
    }
}
