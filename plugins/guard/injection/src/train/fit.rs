//! Finds the weights of a linear support vector machine with squared loss, by dual coordinate descent.

use super::random::Random;
use super::sets::Example;
use crate::model::MIN_FEATURES;

/// The weights of so many features, and what is added to each text. `cost` is how much a mistake costs.
pub fn fit(rows: &[Example], features: usize, cost: f64) -> (Vec<f64>, f64) {
    let (mut w, mut bias) = (vec![0.0; features], 0.0);
    let mut alpha = vec![0.0; rows.len()];
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let mut random = Random::new(3, 4);
    for _ in 0..40 {
        random.shuffle(&mut order);
        for k in &order {
            let e = &rows[*k];
            let y = if e.attack { 1.0 } else { -1.0 };
            let v = 1.0 / (e.x.len().max(MIN_FEATURES) as f64).sqrt();
            let mut sum = 0.0;
            for f in &e.x {
                sum += w[*f];
            }
            let soft = 1.0 / (2.0 * cost * e.weight);
            let g = y * (sum * v + bias) - 1.0 + soft * alpha[*k];
            let norm = e.x.len() as f64 * v * v + 1.0 + soft;
            let a = f64::max(alpha[*k] - g / norm, 0.0);
            let d = (a - alpha[*k]) * y;
            alpha[*k] = a;
            if d != 0.0 {
                for f in &e.x {
                    w[*f] += d * v;
                }
                bias += d;
            }
        }
    }
    (w, bias)
}
