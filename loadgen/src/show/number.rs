//! Numbers and units as text, the same in every language.

/// Milliseconds with two or three significant digits.
pub fn ms(us: f64) -> String {
    let ms = us / 1000.0;
    match ms {
        10.0.. => format!("{} ms", grouped(ms, 0)),
        1.0..10.0 => format!("{ms:.1} ms"),
        _ => format!("{ms:.2} ms"),
    }
}

/// A number with thousands separators.
pub fn grouped(number: f64, digits: usize) -> String {
    let text = format!("{number:.digits$}");
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let (sign, whole) = whole.split_at(usize::from(whole.starts_with('-')));
    let mut grouped = String::from(sign);
    for (nth, digit) in whole.chars().enumerate() {
        if nth > 0 && (whole.len() - nth).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}

/// As [`grouped`], without a fraction that is zero: 909 and not 909.0.
pub fn trimmed(number: f64, digits: usize) -> String {
    let text = grouped(number, digits);
    match text.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => whole.into(),
        _ => text,
    }
}

/// A number of things: `1 run`, `2 runs`.
pub fn count(number: usize, thing: &str) -> String {
    match number {
        1 => format!("1 {thing}"),
        number => format!("{number} {thing}s"),
    }
}

/// A round step (1, 2 or 5 times a power of ten) that fits at most `most` times into `span`.
pub fn step(span: f64, most: f64) -> f64 {
    let least = (span / most).max(1e-6);
    let decade = 10f64.powi(least.log10().floor() as i32);
    let mut steps = [1.0, 2.0, 5.0].into_iter().map(|step| step * decade);
    let fits = |step: &f64| *step >= least * 0.999_999;
    steps.find(fits).unwrap_or(10.0 * decade)
}

/// Round values from 0 to `span`, at most `most` steps, each with its text.
pub fn steps(span: f64, most: f64) -> impl Iterator<Item = (f64, String)> {
    let step = step(span, most);
    let values = std::iter::successors(Some(0.0), move |value| Some(value + step));
    let values = values.take_while(move |value| *value <= span);
    values.map(move |value| (value, grouped(value, usize::from(step < 1.0))))
}

/// A value of a parameter, with thousands separators.
pub fn value_of(value: f64) -> String {
    match value.fract() == 0.0 {
        true => grouped(value, 0),
        false => value.to_string(),
    }
}
