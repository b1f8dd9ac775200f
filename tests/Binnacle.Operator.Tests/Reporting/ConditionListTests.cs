using Binnacle.Operator.Reporting;
using Binnacle.Operator.Tests.Fakes;

namespace Binnacle.Operator.Tests.Reporting;

public sealed class ConditionListTests
{
    [Fact]
    public void The_time_moves_only_when_the_status_does()
    {
        var first = ConditionList.Of([("Ready", Judgement.No("Loading", "a"))], null, 1, Make.Start);
        var second = ConditionList.Of([("Ready", Judgement.No("Pending", "b"))], first, 2, Make.Start.AddHours(1));
        var third = ConditionList.Of([("Ready", Judgement.Yes("Ready"))], second, 2, Make.Start.AddHours(2));

        second[0].LastTransitionTime.ShouldBe(Make.Start);
        (second[0].Reason, second[0].Message, second[0].ObservedGeneration).ShouldBe(("Pending", "b", 2));
        third[0].LastTransitionTime.ShouldBe(Make.Start.AddHours(2));
    }

    [Fact]
    public void Messages_are_cut_to_a_screen_and_say_nothing_that_changes_each_time()
    {
        var long1 = ConditionList.Of([("Ready", Judgement.No("X", new string('a', 5000)))], null, 1, Make.Start);
        long1[0].Message.Length.ShouldBe(2048);
        long1[0].Message.ShouldEndWith("…");

        ConditionList
            .Text("read tcp 10.0.0.5:50842->10.0.0.7:8080: reset")
            .ShouldBe("read tcp 10.0.0.5->10.0.0.7:8080: reset");
    }
}
