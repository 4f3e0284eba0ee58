//! How are numbers said, in every language?

/// Milliseconds with as many digits as say something.
pub fn ms(us: f64) -> String {
    let ms = us / 1000.0;
    match ms {
        10.0.. => format!("{} ms", grouped(ms, 0)),
        1.0..10.0 => format!("{ms:.1} ms"),
        _ => format!("{ms:.2} ms"),
    }
}

/// A number with its thousands set apart.
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

/// So many of a thing.
pub fn count(many: usize, thing: &str) -> String {
    match many {
        1 => format!("1 {thing}"),
        many => format!("{many} {thing}s"),
    }
}

/// A round step of which at most `most` lie between 0 and `span`.
pub fn step(span: f64, most: f64) -> f64 {
    let least = (span / most).max(1e-6);
    let decade = 10f64.powi(least.log10().floor() as i32);
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * decade);
    *steps
        .iter()
        .find(|&&step| step >= least * 0.999_999)
        .unwrap_or(&steps[3])
}

/// A value of a parameter, with its thousands set apart.
pub fn value_of(value: f64) -> String {
    match value.fract() == 0.0 {
        true => grouped(value, 0),
        false => value.to_string(),
    }
}
