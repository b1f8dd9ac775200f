using Binnacle.Operator.Loading;
using Binnacle.Operator.Tests.Fakes;
using Binnacle.Rendering;
using FsCheck;
using FsCheck.Fluent;

namespace Binnacle.Operator.Tests.Loading;

public sealed class RefusalSearchTests
{
    [Fact]
    public void Whatever_is_guilty_exactly_that_is_blamed_in_about_two_steps_per_halving()
    {
        var cases = Gen.Choose(1, 80)
            .SelectMany(count => Gen.ArrayOf(Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true))), count));
        Prop.ForAll(
                cases.ToArbitrary(),
                guilty =>
                {
                    var suspects = guilty.Select((_, i) => Make.Ref($"rule-{i}")).ToList();
                    var wanted = suspects.Where((_, i) => guilty[i]).ToHashSet();
                    var (blamed, steps) = Search(suspects, wanted);

                    blamed.ShouldBe(wanted, ignoreOrder: true);
                    var limit = 2 * wanted.Count * Math.Log2(suspects.Count) + 3 + wanted.Count;
                    ((double)steps).ShouldBeLessThanOrEqualTo(limit);
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Starts_with_everything_left_out()
    {
        var search = RefusalSearch.Start([Make.Ref("b"), Make.Ref("a")], "prometheus");

        search.Testing.ShouldBeEmpty();
        search.Withheld.ShouldBe([Make.Ref("a"), Make.Ref("b")]);
    }

    [Fact]
    public void A_refusal_without_any_suspect_is_none_of_the_suspects_fault() =>
        RefusalSearch.Start([Make.Ref("a")], "prometheus").Refused().ShouldBe((null, null));

    [Fact]
    public void A_single_suspect_is_put_back_before_it_is_blamed()
    {
        var testing = RefusalSearch.Start([Make.Ref("a")], "prometheus").Taken().ShouldNotBeNull();

        testing.Withheld.ShouldBeEmpty();
        testing.Testing.ShouldBe([Make.Ref("a")]);
        testing.Refused().ShouldBe((Make.Ref("a"), null));
        testing.Taken().ShouldBeNull("it was innocent, and there is nobody else");
    }

    private static (HashSet<ResourceRef> Blamed, int Steps) Search(
        IReadOnlyList<ResourceRef> suspects,
        HashSet<ResourceRef> guilty
    )
    {
        var blamed = new HashSet<ResourceRef>();
        RefusalSearch? search = RefusalSearch.Start(suspects, "prometheus");
        var steps = 0;
        while (search is not null)
        {
            steps++.ShouldBeLessThan(10 * suspects.Count + 10, "it must end");
            var withheld = search.Withheld.ToHashSet();
            // What the component sees: all suspects but those left out and those already blamed.
            var isRefused = suspects.Any(suspect =>
                guilty.Contains(suspect) && !withheld.Contains(suspect) && !blamed.Contains(suspect)
            );
            if (!isRefused)
            {
                search = search.Taken();
                continue;
            }

            var (found, next) = search.Refused();
            if (found is { } one)
            {
                blamed.Add(one).ShouldBeTrue();
            }
            else
            {
                next.ShouldNotBeNull("a suspect is at fault, so the search must go on");
            }

            search = next;
        }

        return (blamed, steps);
    }
}
