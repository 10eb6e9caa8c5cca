//! Line charts as SVG. Both axes are logarithmic: sizes grow tenfold, and a straight line means steady growth.

use std::fmt::Write as _;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 400.0;
/// Room for the axes' words, and at the right for the lines' names.
const LEFT: f64 = 64.0;
const RIGHT: f64 = 150.0;
const TOP: f64 = 48.0;
const BOTTOM: f64 = 48.0;

/// Told apart by people who see colours differently (Okabe and Ito), and all dark enough on white.
const COLOURS: [&str; 6] = [
    "#0072b2", "#b85c00", "#00765a", "#a8447e", "#7a5c00", "#444444",
];

/// One line of a chart.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    /// Written at its end.
    pub(crate) name: String,
    /// From left to right, greater than 0.
    pub(crate) points: Vec<(f64, f64)>,
}

/// Draws a chart.
pub(crate) fn svg(title: &str, across: &str, lines: &[Line]) -> String {
    let points = || lines.iter().flat_map(|line| &line.points);
    let x = Axis::over(points().map(|point| point.0), LEFT, WIDTH - RIGHT);
    let y = Axis::over(points().map(|point| point.1), HEIGHT - BOTTOM, TOP);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"t\" \
         font-family=\"system-ui, sans-serif\" font-size=\"13\">\n<title id=\"t\">{0}</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n<text x=\"{LEFT}\" y=\"26\" font-size=\"16\" font-weight=\"600\">{0}</text>\n",
        escaped(title)
    );
    for mark in y.marks() {
        let at = y.place(mark);
        let _ = writeln!(
            out,
            "<path d=\"M{LEFT} {at:.1}H{}\" stroke=\"#ddd\"/><text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            WIDTH - RIGHT,
            LEFT - 8.0,
            at + 4.0,
            number(mark)
        );
    }
    for mark in x.marks() {
        let at = x.place(mark);
        let _ = writeln!(
            out,
            "<path d=\"M{at:.1} {TOP}V{}\" stroke=\"#ddd\"/><text x=\"{at:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            HEIGHT - BOTTOM,
            HEIGHT - BOTTOM + 18.0,
            number(mark)
        );
    }
    let _ = writeln!(
        out,
        "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
        f64::midpoint(LEFT, WIDTH - RIGHT),
        HEIGHT - 10.0,
        escaped(across)
    );
    for (line, colour) in lines.iter().zip(COLOURS.iter().cycle()) {
        draw(&mut out, line, colour, &x, &y);
    }
    names(&mut out, lines, &x, &y);
    out.push_str("</svg>\n");
    out
}

fn draw(out: &mut String, line: &Line, colour: &str, x: &Axis, y: &Axis) {
    let places: Vec<String> = line
        .points
        .iter()
        .map(|point| format!("{:.1} {:.1}", x.place(point.0), y.place(point.1)))
        .collect();
    let _ = writeln!(
        out,
        "<path d=\"M{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2.5\"/>",
        places.join("L")
    );
    for point in &line.points {
        let _ = writeln!(
            out,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3.5\" fill=\"{colour}\"/>",
            x.place(point.0),
            y.place(point.1)
        );
    }
}

/// Names at the ends of the lines, moved apart where they would touch; that of a line that ends early stands above it, so that it covers no
/// other. A white edge keeps them readable.
fn names(out: &mut String, lines: &[Line], x: &Axis, y: &Axis) {
    let mut ends: Vec<(f64, f64, &str, &str)> = lines
        .iter()
        .zip(COLOURS.iter().cycle())
        .filter_map(|(line, colour)| {
            let last = line.points.last()?;
            Some((
                y.place(last.1),
                x.place(last.0),
                line.name.as_str(),
                *colour,
            ))
        })
        .collect();
    ends.sort_by(|one, other| one.0.total_cmp(&other.0));
    let last = ends.iter().map(|end| end.1).fold(0.0, f64::max);
    let mut above = f64::NEG_INFINITY;
    for (at, end, name, colour) in ends {
        let is_early = end < last;
        let (at, start, anchor) = if is_early {
            (at - 14.0, end, "end")
        } else {
            let at = at.max(above + 16.0);
            above = at;
            (at, end + 10.0, "start")
        };
        let _ = writeln!(
            out,
            "<text x=\"{start:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\" fill=\"{colour}\" font-weight=\"600\" stroke=\"#fff\" stroke-width=\"4\" paint-order=\"stroke\">{}</text>",
            at + 4.0,
            escaped(name)
        );
    }
}

/// A logarithmic axis.
struct Axis {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Axis {
    fn over(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let (low, high) = values
            .map(f64::log10)
            .filter(|value| value.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            });
        if low > high {
            return Self {
                low: 0.0,
                high: 1.0,
                from,
                to,
            };
        }
        // A little room at both ends, and never nothing between them.
        Self {
            low: low - 0.15,
            high: high + 0.15,
            from,
            to,
        }
    }

    fn place(&self, value: f64) -> f64 {
        let part = (value.log10() - self.low) / (self.high - self.low);
        self.from + part * (self.to - self.from)
    }

    /// 1, 2, 5, 10 … where there are few, else powers of ten.
    fn marks(&self) -> Vec<f64> {
        let steps: &[f64] = if self.high - self.low < 2.5 {
            &[1.0, 2.0, 5.0]
        } else {
            &[1.0]
        };
        let tens = self.low.floor() as i32..=self.high.ceil() as i32;
        tens.flat_map(|ten| steps.iter().map(move |step| step * 10_f64.powi(ten)))
            .filter(|mark| (self.low..=self.high).contains(&mark.log10()))
            .collect()
    }
}

fn number(value: f64) -> String {
    // Powers of ten below 1 come out of the float as 0.009999….
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str, points: &[(f64, f64)]) -> Line {
        Line {
            name: name.to_owned(),
            points: points.to_vec(),
        }
    }

    #[test]
    fn steady_growth_is_a_straight_line() {
        let axis = Axis::over([1.0, 100.0].into_iter(), 0.0, 100.0);
        let places = [1.0, 10.0, 100.0].map(|value| axis.place(value));
        assert!((places[1] - places[0] - (places[2] - places[1])).abs() < 1e-9);
    }

    #[test]
    fn every_line_is_named_and_names_do_not_touch() {
        let chart = svg(
            "Time <s>",
            "pages",
            &[
                line("one", &[(1.0, 1.0), (100.0, 10.0)]),
                line("other", &[(1.0, 1.1), (100.0, 10.1)]),
            ],
        );
        assert!(chart.contains("<title id=\"t\">Time &lt;s></title>"));
        let heights: Vec<f64> = chart
            .lines()
            .filter(|line| line.contains(">one<") || line.contains(">other<"))
            .map(|line| {
                let (_, rest) = line.split_once("y=\"").unwrap();
                rest.split_once('"').unwrap().0.parse().unwrap()
            })
            .collect();
        assert_eq!(heights.len(), 2);
        assert!((heights[0] - heights[1]).abs() >= 15.9, "{heights:?}");
    }
}
