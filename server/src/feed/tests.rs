use super::*;

fn feed_of(history: usize, updates: u64) -> Feed {
    let feed = Feed::new(history, usize::MAX);
    for at_us in 0..updates {
        feed.publish(at_us, |_, _| Data::text("x")).unwrap();
    }
    feed
}

fn at(seq: u64) -> Position {
    Position::without_check(seq)
}

fn seqs(due: &Due) -> Vec<u64> {
    due.updates.iter().map(|update| update.seq).collect()
}

#[test]
fn updates_are_returned_in_order_up_to_the_maximum() {
    let feed = feed_of(10, 5);
    assert_eq!(seqs(&feed.after(at(2), usize::MAX)), [3, 4, 5]);
    let two = feed.after(at(2), 2);
    assert_eq!(
        (seqs(&two), two.next, two.notice),
        (vec![3, 4], Position::of_update(4, 3), None)
    );
    assert!(feed.after(at(5), usize::MAX).is_empty());
}

#[test]
fn a_position_older_than_the_history_gets_the_missed_notice() {
    let due = feed_of(3, 10).after(at(2), usize::MAX);
    assert_eq!(due.notice, Some(Notice::Missed(5)));
    assert_eq!(seqs(&due), [8, 9, 10]);
}

#[test]
fn a_position_ahead_of_the_feed_gets_the_notice_that_the_feed_started_over() {
    let due = feed_of(3, 4).after(at(50), usize::MAX);
    assert_eq!(due.notice, Some(Notice::StartedOver(1)));
    assert_eq!(seqs(&due), [2, 3, 4]);
    assert_eq!(due.from, Position::of_update(1, 0));
    assert_eq!(due.next, Position::of_update(4, 3));
    let empty = feed_of(3, 0).after(at(50), usize::MAX);
    assert_eq!(
        (empty.notice, empty.next),
        (Some(Notice::StartedOver(0)), at(0))
    );
}

#[test]
fn a_position_with_another_check_gets_the_notice_that_the_feed_started_over() {
    let feed = feed_of(3, 10);
    // Update 7 has left the history, but its check is still known.
    for seq in 7..=10 {
        let due = feed.after(Position::of_update(seq, seq - 1), usize::MAX);
        let follows: Vec<u64> = (seq + 1..=10).collect();
        assert_eq!((due.notice, seqs(&due)), (None, follows));
        let due = feed.after(Position::of_update(seq, seq), usize::MAX);
        assert_eq!(due.notice, Some(Notice::StartedOver(7)));
        assert_eq!(seqs(&due), [8, 9, 10]);
    }
    let due = feed.after(Position::of_update(6, 1_000), usize::MAX);
    assert_eq!(due.notice, Some(Notice::Missed(1)), "6 cannot be verified");
}

#[test]
fn a_position_without_a_check_receives_one() {
    let feed = feed_of(3, 10);
    for seq in 7..=10 {
        let due = feed.after(at(seq), 0);
        let expected = Position::of_update(seq, seq - 1);
        assert_eq!((due.from, due.next), (expected, expected));
    }
    assert_eq!(feed_of(3, 2).after(at(0), 0).next, at(0));
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_at_an_update_the_time_out_or_the_end_of_the_feed() {
    let feed = feed_of(3, 1);
    let hold = Duration::from_secs(25);
    assert!(feed.wait_after(at(1), usize::MAX, hold).await.is_empty());
    let (due, _) = tokio::join!(feed.wait_after(at(1), usize::MAX, hold), async {
        feed.publish(7, |_, _| Data::text("y"))
    });
    assert_eq!(seqs(&due), [2]);
    let (due, ()) = tokio::join!(
        feed.wait_after(at(2), usize::MAX, Duration::MAX / 2),
        async { feed.end() }
    );
    assert!(due.is_empty() && feed.has_ended());
}

#[test]
fn the_data_is_made_with_the_seq_and_time_of_its_update() {
    let feed = feed_of(3, 5);
    let data = |seq: u64, at_us: u64| Data::text(&format!("{seq} {at_us}"));
    assert_eq!(feed.publish(70, data), Ok(6));
    let due = feed.after(at(5), 1);
    let text = br#"{"seq":6,"at_us":70,"data":"6 70"}"#;
    assert_eq!(&due.updates[0].text[..], text);
    assert_eq!(
        crate::base::limits::text_bytes(6, 70, r#""6 70""#.len()),
        text.len()
    );
}
