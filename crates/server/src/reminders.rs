//! The job that has people told what runs out soon: now and then, and when the clock is moved.

use std::sync::Arc;
use std::time::Duration;

use door::Door;
use tokio::sync::watch;

/// How often deadlines are looked at.
const REST: Duration = Duration::from_secs(30);

/// Looks until the server closes.
pub async fn run(door: Arc<Door>, mut closing: watch::Receiver<bool>) {
    let moved = door.clock_waker();
    let mut tick = tokio::time::interval(REST);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            () = moved.notified() => {}
            _ = closing.wait_for(|c| *c) => return,
        }
        if let Err(e) = door.give_notices().await {
            tracing::warn!("deadlines could not be looked at, they will be again: {e}");
        }
    }
}
