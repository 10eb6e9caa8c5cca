//! Line charts as SVG. Both axes are logarithmic, so that growth by a constant power is a straight
//! line.

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 400.0;
/// Margins in units of the view box, for the axes' labels and, at the right, those of the lines.
const LEFT: f64 = 64.0;
const RIGHT: f64 = 150.0;
const TOP: f64 = 48.0;
const BOTTOM: f64 = 48.0;

/// Colours that colour-blind readers can distinguish (after Okabe and Ito), dark enough on white.
const COLOURS: [&str; 6] = [
    "#0072b2", "#b85c00", "#00765a", "#a8447e", "#7a5c00", "#444444",
];

/// A line of a chart.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    /// The label at its end.
    pub(crate) name: String,
    /// Points from left to right; coordinates are greater than 0.
    pub(crate) points: Vec<(f64, f64)>,
}

pub(crate) fn svg(title: &str, x_label: &str, lines: &[Line]) -> String {
    let points = || lines.iter().flat_map(|line| &line.points);
    let x = Axis::over(points().map(|point| point.0), LEFT, WIDTH - RIGHT);
    let y = Axis::over(points().map(|point| point.1), HEIGHT - BOTTOM, TOP);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"t\" \
         font-family=\"system-ui, sans-serif\" font-size=\"13\">\n<title id=\"t\">{0}</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n<text x=\"{LEFT}\" y=\"26\" font-size=\"16\" font-weight=\"600\">{0}</text>\n",
        escaped(title)
    );
    for tick in y.ticks() {
        let at = y.position(tick);
        out.push_str(&format!(
            "<path d=\"M{LEFT} {at:.1}H{}\" stroke=\"#ddd\"/>\
             <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\n",
            WIDTH - RIGHT,
            LEFT - 8.0,
            at + 4.0,
            tick_label(tick)
        ));
    }
    for tick in x.ticks() {
        let at = x.position(tick);
        out.push_str(&format!(
            "<path d=\"M{at:.1} {TOP}V{}\" stroke=\"#ddd\"/>\
             <text x=\"{at:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n",
            HEIGHT - BOTTOM,
            HEIGHT - BOTTOM + 18.0,
            tick_label(tick)
        ));
    }
    out.push_str(&format!(
        "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n",
        f64::midpoint(LEFT, WIDTH - RIGHT),
        HEIGHT - 10.0,
        escaped(x_label)
    ));
    for (line, colour) in lines.iter().zip(COLOURS.iter().cycle()) {
        draw(&mut out, line, colour, &x, &y);
    }
    label_lines(&mut out, lines, &x, &y);
    out.push_str("</svg>\n");
    out
}

fn draw(out: &mut String, line: &Line, colour: &str, x: &Axis, y: &Axis) {
    let places: Vec<String> = line
        .points
        .iter()
        .map(|point| format!("{:.1} {:.1}", x.position(point.0), y.position(point.1)))
        .collect();
    out.push_str(&format!(
        "<path d=\"M{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2.5\"/>\n",
        places.join("L")
    ));
    for point in &line.points {
        out.push_str(&format!(
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3.5\" fill=\"{colour}\"/>\n",
            x.position(point.0),
            y.position(point.1)
        ));
    }
}

/// Labels at the ends of the lines, moved apart where they would overlap. The label of a line that
/// ends before the others stands above it. A white outline keeps labels readable over lines.
fn label_lines(out: &mut String, lines: &[Line], x: &Axis, y: &Axis) {
    let mut ends: Vec<(f64, f64, &str, &str)> = lines
        .iter()
        .zip(COLOURS.iter().cycle())
        .filter_map(|(line, colour)| {
            let last = line.points.last()?;
            Some((
                y.position(last.1),
                x.position(last.0),
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
        out.push_str(&format!("<text x=\"{start:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\" fill=\"{colour}\" font-weight=\"600\" \
             stroke=\"#fff\" stroke-width=\"4\" paint-order=\"stroke\">{}</text>\n",
            at + 4.0,
            escaped(name)));
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
        // A margin at both ends; it also keeps the axis from having length 0.
        Self {
            low: low - 0.15,
            high: high + 0.15,
            from,
            to,
        }
    }

    fn position(&self, value: f64) -> f64 {
        let part = (value.log10() - self.low) / (self.high - self.low);
        self.from + part * (self.to - self.from)
    }

    /// 1, 2, 5, 10 … on an axis of less than two and a half powers of ten, else powers of ten.
    fn ticks(&self) -> Vec<f64> {
        let steps: &[f64] = if self.high - self.low < 2.5 {
            &[1.0, 2.0, 5.0]
        } else {
            &[1.0]
        };
        let tens = self.low.floor() as i32..=self.high.ceil() as i32;
        tens.flat_map(|ten| steps.iter().map(move |step| step * 10_f64.powi(ten)))
            .filter(|tick| (self.low..=self.high).contains(&tick.log10()))
            .collect()
    }
}

fn tick_label(value: f64) -> String {
    // `powi` gives 0.009999… for a power of ten below 1.
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
        let places = [1.0, 10.0, 100.0].map(|value| axis.position(value));
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
