namespace Binnacle.Quickstart;

/// <summary>The quickstart cannot go on; the message says what is missing, and what would help where that is known.</summary>
internal sealed class QuickstartException(string message, Exception? innerException = null)
    : Exception(message, innerException);
